"""How many viewers one core serves, and beside it plain aiortc, whose every viewer has encoders of its own.

The server has one core to itself, the load client another. What a packet costs is all that the server spends, painting
and encoding for everybody included, by the packets that arrived.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from forkreel.bench.live.child import Child, running
from forkreel.bench.live.results import LiveResults, Say
from forkreel.bench.seats import opened

MOST = 200
"""Viewers that are tried at most."""
SECONDS = 5.0
LOST = 0.001
GAP_S = 0.1


@dataclass(frozen=True)
class Served:
    """What so many viewers got, and what of a core it took."""

    viewers: int
    lost: float = 1.0
    gap_p99_s: float = float("inf")
    core: float = 1.0
    packets_a_second: float = 0.0
    bits_a_second: float = 0.0
    error: str | None = None

    @property
    def well(self) -> bool:
        """Under 0.1 % lost, and 99 of 100 gaps between pictures under 100 ms."""
        return self.error is None and self.lost < LOST and self.gap_p99_s < GAP_S

    @property
    def packet_us(self) -> float:
        """Processor time for a packet."""
        return 1e6 * self.core / self.packets_a_second if self.packets_a_second else 0.0

    def __str__(self) -> str:
        if self.error is not None:
            return f"{self.viewers} viewers: {self.error}"
        return (
            f"{self.viewers} viewers: {100 * self.lost:.3f} % lost, p99 frame gap {1000 * self.gap_p99_s:.0f} ms,"
            f" {100 * self.core:.0f} % of a core, {self.packet_us:.1f} us a packet,"
            f" {self.bits_a_second / self.viewers / 1000:.0f} kbit/s a viewer"
        )


def most_served(serve: Callable[[int], Served], first: int, most: int, step: int) -> Served | None:
    """The largest number of viewers that is served well, to a step: by doubling, then by halving what lies between."""
    best: Served | None = None
    low, high, viewers = 0, most + 1, first
    while True:
        served = serve(viewers)
        if served.well:
            best, low = served, viewers
        else:
            high = viewers
        if low >= most or high - low <= step:
            return best
        viewers = min(2 * low, most) if high > most else (low + high) // 2


@contextmanager
def _loading(url: str, pid: int, room: str | None, core: int, say: Say) -> Iterator[Callable[[int], Served]]:
    """A load client on a core of its own: brings the viewers to a number, and says what they got."""
    command = [sys.executable, "-m", "forkreel.bench.live.load", url, str(pid), *([room] if room else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout
        os.sched_setaffinity(process.pid, {core})

        def serve(viewers: int) -> Served:
            print(json.dumps({"viewers": viewers, "seconds": SECONDS}), file=stdin, flush=True)
            told = json.loads(stdout.readline() or '{"error": "the load client is gone"}')
            served = Served(viewers, **told)
            say(f"    {served}")
            return served

        try:
            yield serve
        finally:
            process.kill()


def capacity(story: Path, folder: Path, results: LiveResults, say: Say, most: int = MOST) -> None:
    """Both servers, one after the other."""
    cores = sorted(os.sched_getaffinity(0))
    with running(Child.of(story, folder / "capacity.db")) as child:
        child.keep_to(cores[-1])
        room = asyncio.run(_room(child.url))
        with _loading(child.url, child.pid, room, cores[0], say) as serve:
            alone = serve(1)
            best = most_served(serve, min(25, most), most, step=10)
    with running(Child("forkreel.bench.live.plain")) as child:
        child.keep_to(cores[-1])
        with _loading(child.url, child.pid, None, cores[0], say) as serve:
            plain = most_served(serve, 1, 64, step=1)
    if best is None:
        say("viewers on one core: not one was served well; is the machine busy?")
        return
    results.viewers_on_one_core = best.viewers
    results.viewers_lost_percent = round(100 * best.lost, 3)
    results.viewers_frame_gap_p99_ms = round(1000 * best.gap_p99_s, 1)
    results.viewers_core_percent = round(100 * best.core, 1)
    results.viewers_kbps = round(best.bits_a_second / best.viewers / 1000)
    results.packet_us = round(best.packet_us, 1)
    if best.viewers > 1:
        more = best.core - alone.core
        results.core_percent_a_viewer = round(100 * more / (best.viewers - 1), 2)
        packets = best.packets_a_second - alone.packets_a_second
        results.packet_more_us = round(1e6 * more / packets, 1) if packets > 0 else 0.0
    say(
        f"viewers on one core, under {100 * LOST:g} % lost and p99 frame gap under {1000 * GAP_S:g} ms: {best};"
        f" {results.packet_more_us} us for each packet beyond the first viewer's"
    )
    if plain is None:
        say("    plain aiortc beside it: not one viewer was served well")
        return
    results.plain_viewers_on_one_core = plain.viewers
    results.plain_core_percent_a_viewer = round(100 * plain.core / plain.viewers, 2)
    say(
        f"    plain aiortc beside it, encoders for each viewer: {plain};"
        f" {results.plain_core_percent_a_viewer} % of a core a viewer, here {results.core_percent_a_viewer} %"
    )


async def _room(url: str) -> str:
    async with aiohttp.ClientSession() as http:
        return str((await opened(http, url, mode="room"))["room"])
