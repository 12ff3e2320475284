import pytest

from forkreel.stream.opus import PACKET_SAMPLES
from forkreel.stream.picture import Packed
from forkreel.stream.sounds import SoundQueue

TICK = 2000  # samples at 24 ticks a second
LOOKAHEAD = 312


def ticks(count: int) -> list[list[Packed]]:
    """What an encoder gives tick by tick: all packets that its sound fills."""
    given, position = [], 0
    for tick in range(count):
        packets = []
        while position + PACKET_SAMPLES <= (tick + 1) * TICK:
            packets.append(Packed((b"x",), position - LOOKAHEAD, True, 1))
            position += PACKET_SAMPLES
        given.append(packets)
    return given


def played(late_s: dict[int, float]) -> list[tuple[float, int]]:
    """When each packet leaves, where the ticks come on time but for those that are late."""
    queue, left = SoundQueue(), list[tuple[float, int]]()

    def wait(until_s: float) -> None:
        while (due_s := queue.due_s) is not None and due_s <= until_s:
            left.extend((due_s, packet.pts) for packet in queue.take(due_s))

    for tick, sounds in enumerate(ticks(48)):
        now_s = (tick + 1) * TICK / 48_000 + late_s.get(tick, 0.0)
        wait(now_s)
        queue.put(sounds, tick * TICK, now_s)
        left.extend((now_s, packet.pts) for packet in queue.take(now_s))
    wait(1e9)
    return left


def test_packets_leave_as_far_apart_as_they_are_heard() -> None:
    left = played({})
    lateness = [at_s - pts / 48_000 for at_s, pts in left]
    assert max(lateness) == pytest.approx(min(lateness))
    assert max(lateness) < 0.07 + LOOKAHEAD / 48_000


def test_after_a_stall_all_that_is_late_leaves_at_once_and_in_order() -> None:
    stalled = {tick: 0.5 - (tick - 20) * TICK / 48_000 for tick in range(20, 32)}
    left = played(stalled)
    assert [pts for _, pts in left] == sorted(pts for _, pts in left)
    assert left[-1][0] - left[-1][1] / 48_000 == pytest.approx(left[0][0] - left[0][1] / 48_000)
    assert all(at_s >= pts / 48_000 for at_s, pts in left)
