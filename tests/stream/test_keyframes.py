import pytest

from forkreel.stream.keyframes import GATHER, MIN_GAP, Keyframes

TICK = 3750


def test_the_first_picture_is_a_keyframe() -> None:
    assert Keyframes().due(0)


def test_many_requests_make_one_keyframe() -> None:
    keyframes = Keyframes()
    keyframes.made(0)
    for _ in range(100):
        keyframes.request()
    later = [pts for pts in range(MIN_GAP, MIN_GAP + 20 * TICK, TICK) if keyframes.due(pts) and not keyframes.made(pts)]
    assert len(later) == 1


def test_a_request_waits_until_250_ms_of_media_time_have_passed() -> None:
    keyframes = Keyframes()
    keyframes.made(0)
    keyframes.request()
    assert [pts for pts in range(TICK, MIN_GAP + TICK, TICK) if keyframes.due(pts)] == [MIN_GAP]


def burst(keyframes: Keyframes, joins: int) -> tuple[list[int], list[int]]:
    """So many viewers connect in a second, at the pictures from 0 on: when keyframes came, and each's wait."""
    made: list[int] = []
    waits: list[int] = []
    waiting: list[int] = []
    for number in range(48):
        pts = number * TICK
        coming = [pts for join in range(joins) if join * 24 // joins == number]
        for _ in coming:
            keyframes.request(urgent=False)
        waiting += coming
        if keyframes.due(pts, awaited=number < 23):
            keyframes.made(pts)
            made.append(pts)
            waits += [pts - came for came in waiting]
            waiting = []
    assert not waiting, "everybody has a picture"
    return made, waits


@pytest.mark.parametrize("joins", [50, 200])
@pytest.mark.parametrize("watched_before", [True, False])
def test_many_who_come_within_a_second_share_four_keyframes_and_wait_for_none_long(
    joins: int, watched_before: bool
) -> None:
    keyframes = Keyframes()
    if watched_before:
        keyframes.made(-MIN_GAP)
    made, waits = burst(keyframes, joins)
    assert len(made) <= 4
    assert max(waits) < GATHER + TICK


def test_who_comes_alone_waits_for_nobody() -> None:
    keyframes = Keyframes()
    keyframes.made(0)
    keyframes.request(urgent=False)
    assert keyframes.due(MIN_GAP)


def test_who_has_lost_the_picture_does_not_wait_for_those_who_come() -> None:
    keyframes = Keyframes()
    keyframes.made(0)
    keyframes.request(urgent=False)
    assert not keyframes.due(MIN_GAP, awaited=True)
    keyframes.request()
    assert keyframes.due(MIN_GAP + TICK, awaited=True)
    keyframes.made(MIN_GAP + TICK)
    keyframes.request(urgent=False)
    assert not keyframes.due(3 * MIN_GAP, awaited=True), "that was another one's hurry"
