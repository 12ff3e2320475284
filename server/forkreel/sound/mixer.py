"""The mixer: three buses to one, music low under speech, an even loudness over the whole show, no peak too high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forkreel.sound.voice import SAMPLE_RATE, Signal

TARGET_LUFS = -16.0
CEILING = 10 ** (-2.2 / 20)  # of a sample; true peaks between samples then stay below -1 dBFS
_DUCKED = {"music": 0.3, "effects": 0.55}  # what is left under speech
_DUCK_S = 0.25
_RISE_S = 0.8
LATENESS = 240  # samples: the 5 ms by which everything is late, so that peaks are foreseen
_RELEASE_S = 0.15
_LEVEL_S = 12.0  # how long the leveller looks back, once it has heard so much
_FIRST_S = 3.0  # what it takes for heard at the start
_START_DB = 1.5  # what most shows need
_RANGE = (0.4, 2.5)  # how far it goes
_SLEW_DB_S = 0.8
_GATE = 10 ** ((-50 + 0.691) / 10)  # blocks below it are silence, not to be made louder


@dataclass(frozen=True, slots=True)
class Volumes:
    """What viewers set, 0..1 each."""

    voice: float = 1.0
    effects: float = 1.0
    music: float = 1.0


class Mixer:
    """Mixes one show in blocks of `block` samples, 5 ms late."""

    def __init__(self, block: int) -> None:
        self.volumes = Volumes()
        self._block = block
        self._gains = {"voice": 1.0, "effects": 1.0, "music": 1.0}
        self._weighting = _Weighting()
        self._leveller = _Leveller(block / SAMPLE_RATE)
        self._level = 10 ** (_START_DB / 20)
        self._heard = 0.0
        self._tail = np.zeros((2, LATENESS), np.float32)
        self._need = np.ones(2 * LATENESS, np.float32)
        self._held = 1.0

    def mix(self, voice: Signal, effects: Signal, music: Signal, *, speaks: bool) -> Signal:
        """`voice` is `(block,)` or as the others `(2, block)`; `speaks` lowers these. The mix is `(2, block)`."""
        mix = self._bus("effects", effects, speaks) + self._bus("music", music, speaks)
        mix += self._bus("voice", voice, speaks)
        before, self._level = self._level, self._leveller.gain(self._heard)
        mix *= np.linspace(before, self._level, self._block, dtype=np.float32)
        limited = self._limited(mix)
        self._heard = (
            self._weighting.power(limited) / self._level**2
        )  # so that what the limiter takes counts as missing
        return limited

    def _bus(self, name: str, signal: Signal, speaks: bool) -> Signal:
        wanted = getattr(self.volumes, name) ** 2 * (_DUCKED.get(name, 1.0) if speaks else 1.0)
        before = self._gains[name]
        seconds = _DUCK_S if wanted < before else _RISE_S
        now = before + (wanted - before) * (1.0 - np.exp(-3.0 * self._block / SAMPLE_RATE / seconds))
        self._gains[name] = now
        return signal * np.linspace(before, now, self._block, dtype=np.float32)

    def _limited(self, mix: Signal) -> Signal:
        """Turns down before a peak, and slowly up again after it."""
        from scipy.ndimage import minimum_filter1d, uniform_filter1d

        heard = np.concatenate([self._tail, mix], axis=1)
        self._tail = mix[:, -LATENESS:].copy()
        need = np.minimum(1.0, CEILING / np.maximum(np.abs(mix).max(axis=0), 1e-6)).astype(np.float32)
        fall = np.float32(1.0 / (_RELEASE_S * SAMPLE_RATE)) * np.arange(1, self._block + 1, dtype=np.float32)
        need = np.minimum(np.minimum.accumulate(need - fall), self._held) + fall
        self._held = float(need[-1])
        window = np.concatenate([self._need, np.minimum(need, 1.0)])
        self._need = window[-2 * LATENESS :]
        least = minimum_filter1d(window, LATENESS + 1, mode="nearest", origin=-(LATENESS // 2))
        soft = uniform_filter1d(least, LATENESS, mode="nearest")
        gain = soft[LATENESS : LATENESS + self._block]
        limited: Signal = np.clip(heard[:, : self._block] * gain, -CEILING, CEILING)
        return limited


class _Weighting:
    """The ear's weighting of ITU-R BS.1770-4 at 48 kHz, carried on from block to block."""

    _SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585)
    _HIGH_PASS = (1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621)

    def __init__(self) -> None:
        self._sections = np.array([self._SHELF, self._HIGH_PASS])
        self._state = np.zeros((2, 2, 2))  # (section, side, order)

    def power(self, mix: Signal) -> float:
        """The weighted power of both sides of a block, added."""
        from scipy.signal import sosfilt

        heard, self._state = sosfilt(self._sections, mix, axis=1, zi=self._state)
        return float(np.mean(np.square(heard), axis=1).sum())


class _Leveller:
    """Brings the loudness of the last seconds near the target, more slowly than an ear follows."""

    def __init__(self, block_s: float) -> None:
        self._block_s = block_s
        self._db = _START_DB
        self._power = 10 ** ((TARGET_LUFS + 0.691 - _START_DB) / 10)
        self._heard_s = _FIRST_S

    def gain(self, power: float) -> float:
        """The gain after a block of so much weighted power."""
        if power > _GATE:  # of what is much quieter than what went before, a little counts
            counts_s = self._block_s * (1.0 if power > 0.1 * self._power else 0.25)
            self._heard_s = min(_LEVEL_S, self._heard_s + counts_s)
            self._power += (power - self._power) * counts_s / self._heard_s
        wanted = TARGET_LUFS + 0.691 - 10 * np.log10(self._power)
        wanted = float(np.clip(wanted, *(20 * np.log10(_RANGE))))
        step = _SLEW_DB_S * self._block_s
        self._db += float(np.clip(wanted - self._db, -step, step))
        return float(10 ** (self._db / 20))
