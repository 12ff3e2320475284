import numpy as np
import pytest

from forkreel.latent import Axis, Component, LatentPoint, Space

SPACE = Space(
    components=(
        Component("noise", (4,), "slerp"),
        Component("hour", (), "circular"),
        Component("face", (1,), "linear"),
        Component("frame", (1,), "frame"),
    ),
    axes=(
        Axis("hour", "hour", "time of day", 12.0, low=0.0, high=24.0),
        Axis("fox_face", "face", "left or right", 0.0, low=-1.0, high=1.0),
    ),
)


def test_scalars_have_the_authors_names_and_units() -> None:
    point = LatentPoint.of({"noise": np.zeros(4), "hour": 0.75, "face": [-0.5], "frame": [7]})
    assert SPACE.scalars(point) == {"hour": 18.0, "fox_face": -0.5, "frame": 7.0}


def test_points_are_equal_when_every_bit_is() -> None:
    one = LatentPoint.of({"hour": 0.1})
    assert one == LatentPoint.of({"hour": np.float32(0.1)})
    assert hash(one) == hash(LatentPoint.of({"hour": 0.1}))
    assert one != LatentPoint.of({"hour": np.nextafter(np.float32(0.1), np.float32(1.0))})
    assert one != LatentPoint.of({"face": 0.1})


def test_a_point_cannot_be_written_to_nor_through_what_it_was_made_of() -> None:
    array = np.zeros(3, dtype=np.float32)
    point = LatentPoint.of({"noise": array})
    array[:] = 1.0
    assert not point["noise"].any()
    with pytest.raises(ValueError, match="read-only"):
        point["noise"][0] = 1.0


def test_a_name_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        SPACE.component("nose")
    with pytest.raises(KeyError):
        SPACE.axis("nose")
    assert SPACE.axis_of("noise") is None
