"""The figures of the README's performance table, measured on this machine: medians with their spread.

Painting is timed alone; then a real show is watched over real WebRTC by a viewer in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forkreel.app import load_stories, open_server, shipped
from forkreel.bench.stories import THERE_AND_BACK, broken
from forkreel.errors import ForkreelError
from forkreel.model.protocol import Model
from forkreel.model.registry import open_model
from forkreel.settings import Settings
from forkreel.stage.database import MEMORY

SIZES = ((512, 288), (1024, 576), (1920, 1080), (3840, 2160))
CHOICES = 50
TOGETHER = 8  # pictures painted in one call

Say = Callable[[str], None]


@dataclass(frozen=True)
class Spread:
    """A median with the 5th and 95th percentile, in milliseconds, of `n` measurements."""

    median: float
    p5: float
    p95: float
    n: int

    @classmethod
    def of(cls, seconds: list[float]) -> Spread:
        """Of durations in seconds, at least two."""
        cuts = statistics.quantiles(seconds, n=20, method="inclusive")
        median, low, high = (round(1000 * value, 2) for value in (statistics.median(seconds), cuts[0], cuts[-1]))
        return cls(median, low, high, len(seconds))

    def __str__(self) -> str:
        return f"{self.median:7.1f} ms  (p5 {self.p5:.1f}, p95 {self.p95:.1f}, n={self.n})"


@dataclass(frozen=True)
class Live:
    """A show watched for some seconds: what was painted, and what came out at the viewer."""

    seconds: float
    size: tuple[int, int]
    painted: int
    skipped: int
    new_frames_a_second: float
    shown_a_second: float


@dataclass
class Results:
    """Everything that was measured."""

    machine: str
    cores: int
    paint_ms: dict[str, Spread] = field(default_factory=dict)
    paint_together_ms: dict[str, Spread] = field(default_factory=dict)
    engines_ms: dict[str, Spread] = field(default_factory=dict)
    live: dict[str, Live] = field(default_factory=dict)
    server_mb: int = 0
    choice_to_picture_ms: Spread | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def run(say: Say = print, seconds: float = 12.0) -> Results:
    """Measures and says each figure as it comes. Raises `ForkreelError` when the house model or the server cannot
    start."""
    results = Results(
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}", os.cpu_count() or 1
    )
    say(f"{results.machine}, {results.cores} cores")
    model = open_model("house")
    for size in SIZES:
        name, count = f"{size[0]}x{size[1]}", 60 if size[0] < 1500 else 15
        results.paint_ms[name] = spread = _painting(model, size, count)
        say(f"paint one frame at {name:<9} {spread}  = {1000 / spread.median:.0f} frames a second")
        if size in SIZES[:2]:
            results.paint_together_ms[name] = spread = _painting(model, size, count // 4, TOGETHER)
            say(f"  {TOGETHER} together, each       {spread}  = {1000 / spread.median:.0f} frames a second")
    model.close()
    for size in SIZES[:2]:
        live = asyncio.run(_show(size, seconds))
        results.live[f"{size[0]}x{size[1]}"] = live
        say(
            f"a show with viewer at {size[0]}x{size[1]}: {live.new_frames_a_second:.1f} new frames a second painted,"
            f" {live.skipped} skipped; {live.shown_a_second:.1f} a second decoded, over {live.seconds:.0f} s"
        )
    results.server_mb = _memory()
    say(f"memory of `forkreel serve` with a show that is watched: {results.server_mb} MB")
    for name, spread in _engines().items():
        results.engines_ms[name] = spread
        say(f"{name:<60} {spread}")
    results.choice_to_picture_ms = Spread.of(asyncio.run(_choices()))
    say(f"choice sent to first decoded frame of the new scene, test card  {results.choice_to_picture_ms}")
    return results


def _painting(model: Model, size: tuple[int, int], count: int, together: int = 1) -> Spread:
    """How long a picture takes when so many are asked for in one call."""
    take = model.take(size)
    points = [
        model.point("", {"place": place, "hour": hour, "pan": n / 12, "lantern": 0.5, "gait": 1.0}, n)
        for n, (place, hour) in enumerate(
            (p, h) for p in ("forest", "lake", "village", "harbour") for h in (7.0, 13.0, 22.0)
        )
    ]
    took: list[float] = []
    for n in range(count + 5):
        began = time.perf_counter()
        take.paint([points[(n + k) % len(points)] for k in range(together)])
        took.append((time.perf_counter() - began) / together)
    take.close()
    return Spread.of(took[5:])


def _engines(rounds: int = 25) -> dict[str, Spread]:
    """The network of one frame in several engines, and the yardstick, in turn: what else runs slows all of them."""
    from forkreel.model.house.yardstick import engines

    took: dict[str, list[float]] = {}
    runs = engines(os.cpu_count() or 1)
    for _ in range(rounds):
        for name, (pictures, once) in runs.items():
            began = time.perf_counter()
            once()
            took.setdefault(name, []).append((time.perf_counter() - began) / pictures)
    return {name: Spread.of(each[5:]) for name, each in took.items()}


def _memory(seconds: float = 12.0) -> int:
    """What a fresh server holds after some seconds of the flagship, in MB."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "forkreel"]
    serve = [*command, "serve", "--port", str(port), "--database", MEMORY]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        while not _answers(f"{url}/readyz"):
            if server.poll() is not None:
                raise ForkreelError("`forkreel serve` ended before it was ready: run it by hand to see why")
            time.sleep(0.2)
        subprocess.run([*command, "watch", url, "--seconds", str(seconds)], stdout=subprocess.DEVNULL, check=True)
        pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
        server.terminate()
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def _show(size: tuple[int, int], seconds: float) -> Live:
    """The flagship with the house model, watched by a viewer in a process of its own."""
    settings = Settings(port=0, size=size, database=MEMORY, ice_loopback=True)
    story = load_stories([shipped().stories / "lantern.yaml"], broken)
    async with open_server(settings, story) as server:
        await server.warming
        command = [sys.executable, "-m", "forkreel", "watch", server.url, "--json", "--seconds", f"{seconds + 4}"]
        viewer = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        watching = asyncio.create_task(viewer.communicate())
        async with asyncio.timeout(60):
            while not any(session.broadcast.viewers for session in server.sessions.all()):  # noqa: ASYNC110 - a bench may look
                await asyncio.sleep(0.05)
        stage = server.sessions.all()[0].production.stage
        await asyncio.sleep(2.0)  # the first seconds are spent joining
        before, began = stage.stats(), time.perf_counter()
        await asyncio.sleep(seconds)
        after, lasted = stage.stats(), time.perf_counter() - began
        report = json.loads((await watching)[0])
    painted = after.painted - before.painted
    return Live(
        seconds,
        size,
        painted,
        after.skipped - before.skipped,
        painted / lasted,
        report["pictures"] / report["watched_s"],
    )


async def _choices() -> list[float]:
    from forkreel.watch import watch

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "there-and-back.yaml"
        path.write_text(THERE_AND_BACK, encoding="utf-8")
        story = load_stories([path], broken)
    async with open_server(
        Settings(port=0, model="testcard", database=MEMORY, ice_loopback=True, messages_a_second=1000), story
    ) as server:
        await server.warming
        report = await watch(server.url, picks=["go", "back"] * (CHOICES // 2 + 1), seconds=60, hurry=True)
    return list(report.choice_to_picture_s)[:CHOICES]
