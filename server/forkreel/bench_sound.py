"""The figures of `forkreel bench --sound`: the flagship's sound without its picture, and sync at a real peer."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.app import load_stories, open_server, shipped
from forkreel.bench import THERE_AND_BACK, broken
from forkreel.latent.space import LatentPoint
from forkreel.model.house.space import SPACE, AxisValue, point_of
from forkreel.model.protocol import Quality
from forkreel.settings import Settings
from forkreel.sound import Soundtrack, Studio, open_sound, open_voice
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.voice import Speech, Voice
from forkreel.stage.comfort import Comfort
from forkreel.stage.database import MEMORY
from forkreel.stage.show import Show
from forkreel.story import Playthrough, Story
from forkreel.story.cast import MOUTH, Manner
from forkreel.story.moment import Choose
from forkreel.watch import watch

FPS = 24
SAMPLES = 48_000 // FPS
_PATIENCE_S = 60.0
_TALK = """\
story: Talk
start: here
scenes:
  here:
    axes: {place: lake}
    say: [The lake was black, and it kept the moon to itself.]
    ask: {choices: [{id: go, label: Go, goto: there}]}
  there:
    axes: {place: village}
    sfx: [bell]
    say: [Nobody asked for it., The fox counted the boats that came home.]
    ask: {choices: [{id: back, label: Back, goto: here}]}
"""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Sound without pictures: `pcm` is `(samples, 2)` int16.

    `cost` is seconds of processor a second of sound, `synthesis` a second of speech.
    """

    pcm: NDArray[np.int16]
    cost: float
    synthesis: float
    mouth_correlation: float
    mouth_lag_frames: int


class Axes:
    """The house model as far as sound is concerned: its axes, without weights. It paints everything grey."""

    name = "house"
    space = SPACE
    size = (64, 36)
    quality: Quality = "full"

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """See `Model`."""
        return point_of(axes, seed)

    def take(self, size: tuple[int, int] | None = None) -> Axes:
        """Itself: it remembers nothing."""
        return self

    def fork(self) -> Axes:
        """Likewise."""
        return self

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take`."""
        return np.full((len(points), self.size[1], self.size[0], 3), 128, np.uint8)

    def snapshot(self) -> bytes:
        """Nothing."""
        return b""

    def restore(self, snapshot: bytes) -> None:
        """There is nothing to go back to."""

    def warm(self) -> None:
        """It is."""

    def close(self) -> None:
        """It holds nothing."""


class Timed:
    """A voice whose processor time is taken."""

    def __init__(self, voice: Voice) -> None:
        self.spent_s = self.spoken_s = 0.0
        self._voice = voice

    def speaks(self, language: str) -> bool:
        """See `Voice`."""
        return self._voice.speaks(language)

    def speak(self, text: str, manner: Manner, time_s: float) -> Speech:
        """See `Voice`."""
        before = time.thread_time()
        speech = self._voice.speak(text, manner, time_s)
        self.spent_s += time.thread_time() - before
        self.spoken_s += len(speech.pcm) / (SAMPLES * FPS)
        return speech


def rendered(story: Story, seconds: float, seed: int = 7) -> Rendered:
    """Plays a story without a clock, taking the last choice a second after the last line; the cost has no speech.

    Whoever speaks has a mouth here, seen or not, so that it can be held against what is heard.
    """
    story = replace(story, manners={who: replace(manner, mouth=MOUTH) for who, manner in story.manners.items()})
    show = Show(Playthrough.start(story, seed), Axes(), seed, FPS, story.cast, Comfort(), story.manners)
    voice = open_voice()
    timed = None if voice is None else Timed(voice)
    studio = Studio(lambda: timed)
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
    synthesis = timed.spent_s / timed.spoken_s if timed is not None and timed.spoken_s else 0.0
    return Rendered(pcm, spent_s / seconds, synthesis, correlations[0], lag)


def _correlation(mouths: NDArray[np.float64], pcm: NDArray[np.int16], lag: int) -> float:
    """Of the mouths with the envelope of all that is heard, `lag` frames later."""
    envelope = np.sqrt(np.mean(np.square(pcm.astype(np.float64)).reshape(len(mouths), -1), axis=1))
    late = np.roll(envelope, -lag)
    spoken = ~np.isnan(mouths)
    return float(np.corrcoef(mouths[spoken], late[spoken])[0, 1]) if spoken.any() else 0.0


def steps_ms(seconds: float = 60.0) -> list[float]:
    """How long after the beginning of the first frame with the foot down each step of a walking fox is heard."""
    frames = range(round(seconds * FPS))
    walk = [frame * 1.1 / FPS % 1.0 for frame in frames]

    def heard_at(gait: float) -> NDArray[np.float64]:
        track = Soundtrack(7, FPS, dialogue=Dialogue(Studio(lambda: None), {}, FPS))
        track.volume("music", 0.0)
        still = {"haze": 0.0, "lantern": 0.0, "fox": 1.0, "gait": gait}
        blocks = [track.block(frame, {**still, "walk": walk[frame]}) for frame in frames]
        return np.concatenate(blocks).astype(np.float64)

    loud = np.abs(heard_at(1.0) - heard_at(0.0)).max(axis=1)  # without the wind, which is the same in both
    late = []
    for frame in frames[FPS * 2 : -FPS]:
        if (walk[frame] - 0.5) % 1.0 < 1.1 / FPS or walk[frame] < 1.1 / FPS:
            heard = loud[frame * SAMPLES : (frame + 5) * SAMPLES]
            late.append(1000 * int(np.argmax(heard > 0.05 * heard.max())) / (SAMPLES * FPS))
    return late


async def sync_ms(seconds: float) -> tuple[list[float], int]:
    """How much later the tone of the test card is than its flash, as a receiving peer recorded them over choices.

    And how many choices there were.
    """
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        picks = ["go", "back"] * round(10 * seconds)
        settings = Settings(port=0, model="testcard", database=MEMORY, ice_loopback=True, messages_a_second=1000)
        async with open_server(settings, _written(folder, THERE_AND_BACK)) as server:
            await server.warming
            report = await watch(server.url, picks=picks, seconds=seconds, record=film, hurry=True)
        return await asyncio.to_thread(_offsets_ms, film), len(report.choices)


async def underruns(seconds: float) -> int:
    """How often a peer's buffer ran dry while a show spoke, played and changed its scene after each line."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(port=0, model="house", database=MEMORY, ice_loopback=True)
        opener = lambda name, *, size, fps: Axes()  # noqa: E731
        async with open_server(settings, _written(folder, _TALK), opener=opener) as server:
            await server.warming
            report = await watch(server.url, picks=["go", "back"] * round(seconds), seconds=seconds)
        return report.underruns


def _written(folder: str, text: str) -> Mapping[str, Story]:
    (path := Path(folder) / "tale.yaml").write_text(text, encoding="utf-8")
    return load_stories([path], broken)


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


def run(say: Callable[[str], None] = print, minutes: float = 0.5, film_s: float = 60.0) -> dict[str, float]:
    """Measures and says each figure as it comes, the live ones over so many minutes; returns them."""
    film = rendered(load_stories([shipped().stories / "lantern.yaml"], broken)["lantern"], film_s)
    late = steps_ms()
    figures = {
        "cost_percent_of_a_core": round(100 * film.cost, 2),
        "synthesis_percent_of_a_core": round(100 * film.synthesis, 1),
        "mouth_correlation": round(film.mouth_correlation, 3),
        "mouth_lag_frames": float(film.mouth_lag_frames),
        "step_latest_ms": round(max(late), 1),
    }
    say(f"sound of the flagship, {film_s:.0f} s: {figures['cost_percent_of_a_core']} % of one core")
    say(f"synthesis, while something is said: {figures['synthesis_percent_of_a_core']} % of one core")
    mouth = f"correlation {film.mouth_correlation:.2f}, lag {film.mouth_lag_frames} frames"
    say(f"mouth against the envelope of all that is heard: {mouth}")
    say(f"{len(late)} steps: {min(late):.1f} to {max(late):.1f} ms after the first frame with the foot down")
    offsets, choices = asyncio.run(sync_ms(60 * minutes))
    half = len(offsets) // 2
    figures["sync_p95_ms"] = round(float(np.percentile(np.abs(offsets), 95)), 1)
    figures["sync_drift_ms"] = round(float(np.median(offsets[half:]) - np.median(offsets[:half])), 1)
    figures["sync_branch_changes"] = float(choices)
    over = f"{len(offsets)} flashes and {choices} branch changes"
    say(f"tone against flash at a peer, {over}: p95 {figures['sync_p95_ms']} ms")
    say(f"  second half against the first: {figures['sync_drift_ms']} ms")
    figures["underruns"] = float(asyncio.run(underruns(60 * minutes)))
    say(f"underruns at a peer in {minutes:g} minutes of speech and music: {figures['underruns']:.0f}")
    return figures
