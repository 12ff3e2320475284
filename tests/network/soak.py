"""How a show fares on a bad network: `python -m tests.network.soak [SECONDS]`, as `make soak` does.

The server and the viewer live in network namespaces of their own; all that they send each other passes a bridge that
loses, delays and reorders, or grows slow. Prints one line for each network, and skips with the reason where no
namespaces can be made.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path as File
from typing import Any

import aiohttp
import numpy as np

from forkreel.errors import WatchError
from forkreel.model.registry import open_model
from forkreel.model.testcard import TestCard
from forkreel.watch import watch
from tests.helpers.serving import serving
from tests.network.faults import Faults, Path
from tests.network.namespaces import SERVER, Bridge, NoNamespaces, two_namespaces

PORT = 8077
SEED = 7
DROP_S = 10.0
LOSSY = Faults(loss=0.05, delay_s=0.05, late=0.02)
NARROWING = Faults(delay_s=0.02, rates=((0.0, 3e6), (DROP_S, 0.8e6)))
FREEZE_S = 0.15
"""A picture that comes so much later than usual is a freeze, as browsers' `freezeCount` has it."""
IN_HAND_S = 0.2
_STORY = File(__file__).parents[1] / "stories" / "pingpong.yaml"
_PATIENCE_S = 60.0


class GrainyCard(TestCard):
    """The test card with a still grain below its strip that every frame moves: as many bits as film, not a drawing."""

    def take(self, size: tuple[int, int] | None = None) -> Any:
        """A take whose pictures are grainy."""
        take = super().take(size)
        width, height = take.size
        grain = np.random.default_rng(SEED).integers(-24, 25, (2 * height, width, 1)).astype(np.int16)
        paint, frames = take.paint, iter(range(sys.maxsize))

        def grainy(points: Any) -> Any:
            pictures = paint(points)
            top = height // 8
            for picture in pictures:
                at = 37 * next(frames) % height
                low = picture[top:].astype(np.int16) + grain[at : at + height - top]
                picture[top:] = low.clip(0, 255).astype(np.uint8)
            return pictures

        take.paint = grainy
        return take


async def serve(seconds: float) -> None:
    """The server's side."""

    def opener(name: str, *, size: tuple[int, int] | None, fps: int) -> Any:
        return GrainyCard(fps=fps) if name == "testcard" else open_model(name, size=size, fps=fps)

    async with serving(_STORY, opener=opener, host=SERVER, port=PORT, size=(512, 288), messages_a_second=100.0):
        await asyncio.sleep(seconds)


async def look(seconds: float) -> dict[str, Any]:
    """The viewer's side: the number on each picture, and when it was decoded, in seconds since it began to look."""
    url = f"http://{SERVER}:{PORT}"
    async with aiohttp.ClientSession() as http:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                async with http.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        break
            except aiohttp.ClientError:
                pass
            assert time.monotonic() < deadline, "the server does not answer"
            await asyncio.sleep(0.1)
    try:
        report = await watch(url, seconds=seconds, choose_first=False)
    except WatchError as error:
        return {"cards": [], "error": str(error)}
    return {"cards": [(card.frame, card.seen_s) for card in report.cards], "underruns": report.underruns}


def played(cards: list[tuple[int, float]], fps: int = 24) -> list[float]:
    """When a player that keeps a fifth of a second in hand, as browsers do, shows each card that was decoded."""
    first, began_s = cards[0]
    return [max(seen_s, began_s + IN_HAND_S + (frame - first) / fps) for frame, seen_s in cards]


def frozen(seen_s: list[float], until_s: float) -> tuple[float, float | None]:
    """The share of the time in which the picture stood still too long, and when it last did."""
    gaps = [(later - earlier, later) for earlier, later in pairwise([*seen_s, until_s])]
    usual_s = sorted(gap for gap, _ in gaps)[len(gaps) // 2]
    freezes = [(gap, at) for gap, at in gaps if gap > max(3 * usual_s, usual_s + FREEZE_S)]
    share = sum(gap for gap, _ in freezes) / (until_s - seen_s[0])
    return share, freezes[-1][1] if freezes else None


def run(name: str, faults: Faults, seconds: float) -> None:
    """One network, from the first packet to what it came to, in one line."""
    with two_namespaces(Path(Faults(delay_s=faults.delay_s, loss=faults.loss), SEED), Path(faults, SEED + 1)) as made:
        server, viewer, bridge = made
        command = [sys.executable, "-m", "tests.network.soak"]
        serving_there = subprocess.Popen(
            ["ip", "netns", "exec", server, *command, "serve", str(seconds + 2 * _PATIENCE_S)]
        )
        try:
            looked = subprocess.run(
                ["ip", "netns", "exec", viewer, *command, "look", str(seconds)],
                capture_output=True, text=True, timeout=seconds + 2 * _PATIENCE_S, check=True,
            )  # fmt: skip
        finally:
            serving_there.terminate()
            serving_there.wait()
        print(sentence(name, json.loads(looked.stdout), bridge, seconds, narrowing=bool(faults.rates)))


def sentence(name: str, looked: dict[str, Any], bridge: Bridge, seconds: float, *, narrowing: bool) -> str:
    """What a network did to a show."""
    cards = looked["cards"]
    if len(cards) < 2:
        return f"{name}: the viewer gave up: {looked.get('error', 'no picture came')}"
    seen_s = [seen_s for _, seen_s in cards]
    share, last_s = frozen(played(cards), seconds)
    lost = bridge.back.lost / max(1, bridge.back.lost + bridge.back.passed)
    text = (
        f"{name}: frozen for {100 * share:.1f} % of {seconds - seen_s[0]:.0f} s"
        f" ({100 * frozen(seen_s, seconds)[0]:.1f} % with nothing in hand),"
        f" {len(seen_s) / (seconds - seen_s[0]):.1f} pictures a second,"
        f" {100 * lost:.1f} % of the packets lost, {looked['underruns']} underruns of sound"
    )
    if narrowing:
        settled = bridge.settled_s(DROP_S, NARROWING.rates[-1][1])
        before, after = bridge.rate_bps(0, DROP_S), bridge.rate_bps(DROP_S, seconds)
        text += f"; {before / 1e6:.2f} Mbit/s were sent before and {after / 1e6:.2f} after the line grew narrow"
        text += f"; settled {'never' if settled is None else f'{settled:.1f} s'} after that"
        text += "" if last_s is None else f", last freeze {last_s - DROP_S:+.1f} s from then"
    return text


def main() -> None:
    """`serve` and `look` are the two sides; anything else is the whole."""
    side, *given = sys.argv[1:] or ["60"]
    if side == "serve":
        asyncio.run(serve(float(given[0])))
    elif side == "look":
        print(json.dumps(asyncio.run(look(float(given[0])))))
    else:
        try:
            run("5 % loss, 50 ms, reordering", LOSSY, float(side))
            run("3 to 0.8 Mbit/s", NARROWING, float(side))
        except NoNamespaces as reason:
            print(f"skipped: {reason}")


if __name__ == "__main__":
    main()
