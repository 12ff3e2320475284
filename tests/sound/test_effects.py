import numpy as np

from forkreel.sound.effects import Effects


def test_a_step_falls_on_the_very_sample_of_the_contact() -> None:
    still, walking = Effects(6, 2000, 24), Effects(6, 2000, 24)
    for frame, phase in ((3, 0.45), (4, 0.49), (5, 0.53)):
        axes = {"fox": 1.0, "walk": phase, "fox_x": 0.5}
        quiet = still.play(frame, {**axes, "gait": 0.0})
        heard = walking.play(frame, {**axes, "gait": 1.0})
        different = np.flatnonzero((quiet != heard).any(axis=0))
        if frame < 5:
            assert different.size == 0
        else:
            assert 500 <= different[0] < 510  # 0.50 lies a quarter of the way from 0.49 to 0.53


def test_a_step_is_heard_on_the_side_where_the_fox_is() -> None:
    def sides(fox_x: float) -> tuple[float, float]:
        def play(gait: float) -> np.ndarray:
            effects = Effects(6, 2000, 24)
            axes = {"fox": 1.0, "gait": gait, "fox_x": fox_x}
            return np.concatenate([effects.play(n, {**axes, "walk": n / 24}) for n in range(48)], axis=1)

        left, right = np.square(play(1.0) - play(0.0)).sum(axis=1)
        return float(left), float(right)

    assert sides(0.1)[0] > 4 * sides(0.1)[1]
    assert sides(0.9)[1] > 4 * sides(0.9)[0]
