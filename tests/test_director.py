from dataclasses import replace

from forkreel.director import direct
from forkreel.story.moment import Ask, Choice, Moment, Motion, Shot

DUSK = Moment(
    number=0,
    scene="dusk",
    scene_index=0,
    shot=Shot("a lake at dusk", {"hour": 18.5}, {"pan": 0.01}),
    motion=Motion(duration_s=2.5, easing="out", path="via", via={"hour": 12.0}),
)
NIGHT = DUSK._replace(number=1, scene="night", shot=Shot("a lake at night", {"hour": 23.0}))


def test_the_first_moment_is_cut_to() -> None:
    move = direct(None, DUSK, 24)
    assert move is not None
    assert move.frames == 1
    assert (move.prompt, move.axes, move.drift) == ("a lake at dusk", {"hour": 18.5}, {"pan": 0.01})


def test_a_new_shot_is_moved_to_over_the_authors_duration_and_easing() -> None:
    move = direct(DUSK, NIGHT, 24)
    assert move is not None
    assert (move.frames, move.easing, move.via) == (60, "out", {"hour": 12.0})


def test_a_cut_takes_one_frame_whatever_its_duration() -> None:
    move = direct(DUSK, NIGHT._replace(motion=Motion(duration_s=9.0, path="cut")), 24)
    assert move is not None
    assert move.frames == 1


def test_a_direct_path_passes_nothing_half_way() -> None:
    move = direct(DUSK, NIGHT._replace(motion=replace(DUSK.motion, path="direct")), 24)
    assert move is not None
    assert not move.via


def test_no_duration_still_takes_a_frame() -> None:
    move = direct(DUSK, NIGHT._replace(motion=Motion(duration_s=0.0)), 24)
    assert move is not None
    assert move.frames == 1


def test_the_same_shot_asks_for_no_move() -> None:
    asked = DUSK._replace(number=1, ask=Ask("p1", "And now?", (Choice("go", "Go on"),)))
    assert direct(DUSK, asked, 24) is None


def test_other_axes_or_drift_are_another_shot() -> None:
    assert direct(DUSK, DUSK._replace(shot=DUSK.shot._replace(axes={"hour": 19.0})), 24) is not None
    assert direct(DUSK, DUSK._replace(shot=DUSK.shot._replace(drift={})), 24) is not None
