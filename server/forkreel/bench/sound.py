"""The figures of `forkreel bench --sound`: the flagship's sound without a picture; `bench.sync` has those at peers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forkreel.app import load_stories, shipped
from forkreel.bench.stories import broken
from forkreel.bench.sync import Axes, BrowserMissing, browser_sync_ms, sync_ms, underruns
from forkreel.model.house.space import SPACE
from forkreel.sound import Soundtrack, Studio, open_sound, open_voice
from forkreel.sound.dialogue import Dialogue
from forkreel.sound.timing import Phrase
from forkreel.sound.voice import Speech, Voice
from forkreel.stage.comfort import Comfort
from forkreel.stage.show import Show
from forkreel.story import Playthrough, Story
from forkreel.story.cast import MOUTH, Manner
from forkreel.story.moment import Choose

FPS = 24
SAMPLES = 48_000 // FPS
_PATIENCE_S = 60.0
_AUDIBLE = 0.01  # of full scale


@dataclass(frozen=True, slots=True)
class Rendered:
    """Sound without pictures: `pcm` is `(samples, 2)` int16.

    `cost` is seconds of processor a second of sound, `synthesis` a second of speech. `turns` are the frames at which
    the scene changed, `begun_ms` how long after that each first line was heard.
    """

    pcm: NDArray[np.int16]
    cost: float
    synthesis: float
    mouth_correlation: float
    mouth_lag_frames: int
    turns: tuple[int, ...]
    begun_ms: tuple[float, ...]


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


class _Lines:
    """Listens to nothing but the speech, for when the first line of each scene is heard."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.turns: list[int] = []
        self.begun_ms: list[float] = []
        self._dialogue = dialogue
        self._awaited: int | None = None

    def moment(self, frame: int, said: Sequence[Phrase]) -> None:
        self._dialogue.moment(said)
        self.turns.append(frame)
        self._awaited = frame if said else None

    def listen(self, frame: int) -> None:
        heard = self._dialogue.block(frame)
        loud = np.flatnonzero(np.abs(heard) > _AUDIBLE)
        if self._awaited is not None and frame > self._awaited and len(loud):
            self.begun_ms.append(1000 * ((frame - self._awaited) * SAMPLES + int(loud[0])) / (SAMPLES * FPS))
            self._awaited = None


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
        lines = _Lines(Dialogue(studio, story.manners, FPS, _PATIENCE_S, story.language))
        show.open()
        sound.moment(show.moment, 0, show.said)
        lines.moment(0, show.said)
        for frame in range(round(seconds * FPS)):
            event = show.due(frame)
            ask = show.moment.ask
            if event is None and ask is not None and frame > max((one.end_frame for one in show.said), default=0) + FPS:
                event = Choose(ask.poll, [choice.id for choice in ask.choices if choice.available][-1])
            if event is not None:
                number = show.moment.number
                show.apply(event, frame)
                sound.moment(show.moment, frame, show.said)
                if show.moment.number != number:
                    lines.moment(frame, show.said)
            lines.listen(frame)
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
    return Rendered(pcm, spent_s / seconds, synthesis, correlations[0], lag, tuple(lines.turns), tuple(lines.begun_ms))


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


def _told(
    say: Callable[[str], None], where: str, name: str, offsets: Sequence[float], choices: int
) -> dict[str, float]:
    """Says how far tone and flash are apart, and whether that grows."""
    half = len(offsets) // 2
    p95 = round(float(np.percentile(np.abs(offsets), 95)), 1) if offsets else float("nan")
    drift = round(float(np.median(offsets[half:]) - np.median(offsets[:half])), 1) if half else float("nan")
    say(f"tone against flash at {where}, {len(offsets)} flashes and {choices} branch changes: p95 {p95} ms")
    say(f"  second half against the first: {drift} ms")
    return {f"{name}_p95_ms": p95, f"{name}_drift_ms": drift, f"{name}_branch_changes": float(choices)}


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
        "line_begins_latest_ms": round(max(film.begun_ms, default=0.0), 1),
    }
    say(f"sound of the flagship, {film_s:.0f} s: {figures['cost_percent_of_a_core']} % of one core")
    say(f"synthesis, while something is said: {figures['synthesis_percent_of_a_core']} % of one core")
    mouth = f"correlation {film.mouth_correlation:.2f}, lag {film.mouth_lag_frames} frames"
    say(f"mouth against the envelope of all that is heard: {mouth}")
    say(f"{len(late)} steps: {min(late):.1f} to {max(late):.1f} ms after the first frame with the foot down")
    begun_ms = figures["line_begins_latest_ms"]
    say(f"{len(film.begun_ms)} first lines: heard {begun_ms} ms after their scene begins, or sooner")
    at_peer, dry = asyncio.run(_at_peers(60 * minutes))
    figures |= _told(say, "a peer", "sync", *at_peer)
    figures["underruns"] = float(dry)
    say(f"underruns at a peer in {minutes:g} minutes of speech and music: {dry}")
    try:
        played, heard, choices = asyncio.run(browser_sync_ms(60 * minutes))
    except BrowserMissing as missing:
        say(f"tone against flash in Chromium: not measured, for {missing}")
    else:
        figures |= _told(say, "Chromium", "browser_sync", played, choices)
        figures |= _told(say, "Chromium's WebAudio, which has its own buffer", "browser_webaudio", heard, choices)
    return figures


async def _at_peers(seconds: float) -> tuple[tuple[list[float], int], int]:
    """Sync and underruns in the same time. A browser beside them would be short of a processor."""
    return await asyncio.gather(sync_ms(seconds), underruns(seconds))
