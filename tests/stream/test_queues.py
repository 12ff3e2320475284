import pytest

from forkreel.stream.picture import Packed
from forkreel.stream.queues import BURST, SLOTS, PictureQueue


def picture(pts: int, keyframe: bool = False, packets: int = 1) -> Packed:
    return Packed((b"x",) * packets, pts, keyframe, packets)


def all_of(queue: PictureQueue) -> list[int]:
    taken: list[int] = []
    while queue.waiting:
        taken += [picture.pts for picture, _, end in queue.take() if end == len(picture.payloads)]
    return taken


def test_a_new_viewer_gets_nothing_before_a_keyframe() -> None:
    queue = PictureQueue(on_lost=lambda: None)
    for pts in range(6):
        queue.push(picture(pts, keyframe=pts == 4))
    assert all_of(queue) == [4, 5]
    assert queue.dropped == 4


def test_who_falls_behind_goes_on_at_the_next_keyframe_and_it_is_asked_for_once() -> None:
    asked: list[None] = []
    queue = PictureQueue(on_lost=lambda: asked.append(None), limit=4)
    for pts in range(10):
        queue.push(picture(pts, keyframe=pts in (0, 8)))
    assert all_of(queue) == [8, 9]
    assert len(asked) == 1
    assert queue.dropped == 8


def test_a_keyframe_that_finds_the_queue_full_takes_its_place() -> None:
    queue = PictureQueue(on_lost=lambda: pytest.fail("nothing has to be asked for"), limit=4)
    for pts in range(4):
        queue.push(picture(pts, keyframe=pts == 0))
    queue.push(picture(4, keyframe=True))
    assert all_of(queue) == [4]


def test_a_usual_picture_goes_at_once() -> None:
    queue = PictureQueue(on_lost=lambda: None)
    queue.push(picture(0, keyframe=True, packets=BURST))
    assert [(first, end) for _, first, end in queue.take()] == [(0, BURST)]
    assert queue.waiting == 0


@pytest.mark.parametrize("packets", [BURST + 1, 11, 40, 333])
def test_a_big_picture_is_spread_evenly_over_a_few_slots(packets: int) -> None:
    queue = PictureQueue(on_lost=lambda: None)
    queue.push(picture(0, keyframe=True, packets=packets))
    slots = []
    while queue.waiting:
        slots.append(sum(end - first for _, first, end in queue.take()))
    assert sum(slots) == packets
    assert 1 < len(slots) <= SLOTS
    assert max(slots) <= max(BURST, -(-packets // SLOTS))


def test_a_picture_that_is_still_being_sent_and_the_next_share_the_pace() -> None:
    queue = PictureQueue(on_lost=lambda: None)
    queue.push(picture(0, keyframe=True, packets=20))
    queue.take()
    queue.push(picture(1, packets=2))
    order = []
    while queue.waiting:
        order += [(picture.pts, at) for picture, first, end in queue.take() for at in range(first, end)]
    assert order == [(0, at) for at in range(4, 20)] + [(1, 0), (1, 1)]


def test_a_picture_dropped_half_sent_is_not_gone_on_with() -> None:
    queue = PictureQueue(on_lost=lambda: None, limit=2)
    queue.push(picture(0, keyframe=True, packets=20))
    queue.take()
    queue.push(picture(1))
    queue.push(picture(2, keyframe=True, packets=2))
    assert [(picture.pts, first, end) for picture, first, end in queue.take()] == [(2, 0, 2)]
