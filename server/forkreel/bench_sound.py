"""The figures of `forkreel bench --sound`: the flagship's sound without its picture, and sync at a real peer."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.app import load_stories, open_server, shipped
from forkreel.bench import THERE_AND_BACK, broken
from forkreel.latent.space import LatentPoint
from forkreel.model.house.space import SPACE, AxisValue, point_of
from forkreel.settings import Settings
from forkreel.sound import Studio, open_sound, open_voice
from forkreel.stage.comfort import Comfort
from forkreel.stage.show import Show
from forkreel.story import Playthrough, Story
from forkreel.story.cast import MOUTH
from forkreel.story.moment import Choose
from forkreel.watch import watch

FPS = 24
SAMPLES = 48_000 // FPS
_PATIENCE_S = 60.0
_SYNC_S = 60.0


@dataclass(frozen=True, slots=True)
class Rendered:
    """Sound without pictures: `pcm` is `(samples, 2)` int16; `cost` is seconds of processor a second of sound."""

    pcm: NDArray[np.int16]
    cost: float
    mouth_correlation: float
    mouth_lag_frames: int


class _Axes:
    """The house model as far as sound is concerned: its axes, without weights."""

    name = "house"
    space = SPACE

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        return point_of(axes, seed)


def rendered(story: Story, seconds: float, seed: int = 7) -> Rendered:
    """Plays a story without a clock, taking the last choice a second after the last line; the cost has no speech.

    Whoever speaks has a mouth here, seen or not, so that it can be held against what is heard.
    """
    story = replace(story, manners={who: replace(manner, mouth=MOUTH) for who, manner in story.manners.items()})
    show = Show(Playthrough.start(story, seed), _Axes(), seed, FPS, story.cast, Comfort(), story.manners)  # type: ignore[arg-type]
    studio = Studio(open_voice)
    studio.start()
    blocks, mouths, spent_s = [], [], 0.0
    try:
        sound = open_sound("house", story, seed, studio, FPS, patience_s=_PATIENCE_S)
        show.open()
        sound.moment(show.moment, 0, show.said)
        for frame in range(round(seconds * FPS)):
            event = show.due(frame)
            ask = show.moment.ask
            if event is None and ask is not None and frame > max((one.end_frame for one in show.said), default=0) + FPS:
                event = Choose(ask.poll, [choice.id for choice in ask.choices if choice.available][-1])
            if event is not None:
                show.apply(event, frame)
                sound.moment(show.moment, frame, show.said)
            led = sound.lips(frame)
            axes = SPACE.scalars(show.at(frame, led))
            before = time.thread_time()
            blocks.append(sound.block(frame, axes))
            spent_s += time.thread_time() - before
            speaks = any(one.who and one.start_frame <= frame < one.end_frame for one in show.said)
            mouths.append(led.get(MOUTH, 0.0) if speaks else np.nan)
    finally:
        studio.close()
    pcm = np.concatenate(blocks)
    correlations = {lag: _correlation(np.array(mouths), pcm, lag) for lag in range(-4, 5)}
    lag = max(correlations, key=lambda one: correlations[one])
    return Rendered(pcm, spent_s / seconds, correlations[0], lag)


def _correlation(mouths: NDArray[np.float64], pcm: NDArray[np.int16], lag: int) -> float:
    """Of the mouths with the envelope of all that is heard, `lag` frames later."""
    envelope = np.sqrt(np.mean(np.square(pcm.astype(np.float64)).reshape(len(mouths), -1), axis=1))
    late = np.roll(envelope, -lag)
    spoken = ~np.isnan(mouths)
    return float(np.corrcoef(mouths[spoken], late[spoken])[0, 1]) if spoken.any() else 0.0


async def sync_ms(seconds: float = _SYNC_S) -> list[float]:
    """How much later the tone of the test card is than its flash, as a receiving peer recorded them over choices."""
    with tempfile.TemporaryDirectory() as folder:
        story, film = Path(folder) / "there-and-back.yaml", Path(folder) / "film.mp4"
        story.write_text(THERE_AND_BACK, encoding="utf-8")
        settings = Settings(port=0, model="testcard", ice_loopback=True, messages_a_second=1000)
        async with open_server(settings, load_stories([story], broken)) as server:
            await server.warming
            await watch(server.url, picks=["go", "back"] * 500, seconds=seconds, record=film)
        return await asyncio.to_thread(_offsets_ms, film)


def _offsets_ms(film: Path) -> list[float]:
    flashes, tones, before, loud_until = list[float](), list[float](), 0.0, -1.0
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")
            bright = float(grey[grey.shape[0] * 3 // 4 :].mean())
            if bright > 200 >= before:
                flashes.append(float(frame.time or 0.0))
            before = bright
    with av.open(str(film)) as container:
        for heard in container.decode(audio=0):
            signal = np.abs(heard.to_ndarray()).max(axis=0).astype(np.float64)
            signal = signal / (32768.0 if signal.max(initial=0.0) > 2.0 else 1.0)
            loud = np.flatnonzero(signal > 0.15)
            if len(loud):
                at = float(heard.time or 0.0) + float(loud[0]) / heard.sample_rate
                if at > loud_until + 0.5:
                    tones.append(at)
                loud_until = float(heard.time or 0.0) + float(loud[-1]) / heard.sample_rate
    return [1000 * (min(tones, key=lambda tone: abs(tone - flash)) - flash) for flash in flashes[1:] if tones]


def run(say: Callable[[str], None] = print, seconds: float = 120.0) -> dict[str, float]:
    """Measures and says each figure as it comes; returns them."""
    story = load_stories([shipped().stories / "lantern.yaml"], broken)["lantern"]
    film = rendered(story, seconds)
    figures = {
        "cost_percent_of_a_core": round(100 * film.cost, 2),
        "mouth_correlation": round(film.mouth_correlation, 3),
        "mouth_lag_frames": float(film.mouth_lag_frames),
    }
    say(f"sound of the flagship, {seconds:.0f} s: {figures['cost_percent_of_a_core']} % of one core")
    mouth = f"correlation {film.mouth_correlation:.2f}, lag {film.mouth_lag_frames} frames"
    say(f"mouth against the envelope of all that is heard: {mouth}")
    offsets = asyncio.run(sync_ms())
    half = len(offsets) // 2
    figures["sync_p95_ms"] = round(float(np.percentile(np.abs(offsets), 95)), 1)
    figures["sync_drift_ms"] = round(float(np.median(offsets[half:]) - np.median(offsets[:half])), 1)
    say(f"tone against flash at a peer, {len(offsets)} flashes: p95 {figures['sync_p95_ms']} ms")
    say(f"  second half against the first: {figures['sync_drift_ms']} ms")
    return figures
