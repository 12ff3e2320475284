from forkreel.stream.keyframes import MIN_GAP, Keyframes

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
