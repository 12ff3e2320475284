"""The instruments of the ambience, as timbres: a pad, a music box, a glint of glass, and what effects are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.bank import Timbre

Struck = tuple[tuple[float, float, Timbre], ...]
"""What makes up one effect: seconds after its beginning (less than a frame), loudness, timbre."""


def hertz(pitch: float) -> float:
    """A MIDI note number as a frequency; 69 is 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def pad(pitch: int, brightness: float, swell_s: float = 1.3, fade_s: float = 3.4) -> Timbre:
    """A warm tone that swells and fades: five harmonics twice, slightly out of tune, one on either side.

    `brightness` in 0..1 is how much of each harmonic is heard in the next.
    """
    harmonics = np.arange(1.0, 6.0)
    loud = (0.18 + 0.42 * brightness) ** (harmonics - 1.0) / harmonics**0.5
    hz, decay, left, right = [], [], [], []
    for cents, pan in ((-3.5, 0.18), (3.1, 0.82)):
        tuned = hertz(pitch + cents / 100.0) * harmonics
        for time_s, sign in ((fade_s, 1.0), (swell_s, -1.0)):
            hz.append(tuned)
            decay.append((1.0 + 0.25 * (harmonics - 1.0)) / time_s)
            left.append(sign * loud * np.sqrt(1.0 - pan))
            right.append(sign * loud * np.sqrt(pan))
    return Timbre(*(np.concatenate(part) for part in (hz, decay, left, right)))


def box(pitch: int, pan: float) -> Timbre:
    """A tine of a music box: a long fundamental, its octave, and two short partials of a clamped bar."""
    ratios = np.array([1.0, 1.0013, 2.0, 3.01, 6.27])
    loud = np.array([0.62, 0.38, 0.2, 0.07, 0.09])
    seconds = np.array([1.15, 1.3, 0.55, 0.3, 0.07]) * 2.0 ** ((72.0 - pitch) / 24.0)  # low tines ring longer
    return _panned(hertz(pitch) * ratios, 1.0 / seconds, loud, pan)


def glint(pitch: int, pan: float) -> Timbre:
    """A speck of light on glass: high, thin and short."""
    ratios = np.array([1.0, 2.41, 1.004])
    return _panned(hertz(pitch) * ratios, np.array([2.2, 7.0, 2.6]), np.array([0.5, 0.12, 0.5]), pan)


def harp(pitch: int, pan: float) -> Timbre:
    """A plucked string: harmonics that fall off fast, the high ones sooner."""
    number = np.arange(1.0, 7.0)
    seconds = 0.85 * 2.0 ** ((60.0 - pitch) / 36.0) / (1.0 + 0.7 * (number - 1.0))
    stretched = number * np.sqrt(1.0 + 2e-4 * number**2)
    return _panned(hertz(pitch) * stretched, 1.0 / seconds, 0.8 / number**1.5, pan)


def reed(pitch: int, pan: float, swell_s: float = 0.09, fade_s: float = 0.75) -> Timbre:
    """A soft reed: mostly odd harmonics that swell within a breath, two of them slightly apart."""
    ratios = np.array([1.0, 1.004, 2.0, 3.0, 5.0])
    loud = np.array([0.55, 0.35, 0.08, 0.22, 0.06])
    hz = hertz(pitch) * np.concatenate([ratios, ratios])
    decay = np.concatenate([np.full(5, 1.0 / fade_s), np.full(5, 1.0 / swell_s)])
    return _panned(hz, decay, np.concatenate([loud, -loud]), pan)


def pulse(pitch: int) -> Timbre:
    """A soft beat far below, felt as much as heard."""
    number = np.arange(1.0, 5.0)
    return _panned(hertz(pitch) * number, 3.0 + 2.5 * number, 0.8 / number**1.2, 0.5)


def paw(random: np.random.Generator, pan: float) -> Timbre:
    """A soft step: a dull knock and a handful of rustling partials, never twice the same."""
    knock = np.array([84.0, 131.0, 212.0]) * random.uniform(0.9, 1.1)
    rustle = np.exp(random.uniform(np.log(700.0), np.log(5200.0), 22))
    knocks = np.array([1.0, 0.55, 0.25]) * random.choice([-1.0, 1.0])  # either way, so that none adds up below hearing
    loud = np.concatenate([knocks, 0.09 * random.uniform(-1.0, 1.0, 22)])
    decay = np.concatenate([[34.0, 46.0, 70.0], random.uniform(55.0, 130.0, 22)])
    return _panned(np.concatenate([knock, rustle]), decay, loud, pan)


def _panned(hz: NDArray[np.float64], decay: NDArray[np.float64], loud: NDArray[np.float64], pan: float) -> Timbre:
    """`pan` goes from 0, left, to 1, right, with equal power."""
    return Timbre(hz, decay, loud * np.cos(pan * np.pi / 2.0), loud * np.sin(pan * np.pi / 2.0))


def drop(random: np.random.Generator) -> Timbre:
    """A drop of rain on leaves."""
    hz = random.uniform(1100.0, 3800.0)
    return _panned(np.array([hz, 1.52 * hz]), np.array([95.0, 150.0]), np.array([1.0, 0.4]), random.uniform(0.05, 0.95))


def crackle(random: np.random.Generator, pan: float) -> Timbre:
    """A spit of the lantern's flame."""
    hz = np.exp(random.uniform(np.log(900.0), np.log(4200.0), 5))
    return _panned(hz, random.uniform(180.0, 420.0, 5), random.uniform(-0.6, 0.6, 5), pan)


def bell(random: np.random.Generator, pan: float) -> Struck:
    """A small church bell: hum, prime, minor third, fifth, nominal and two above."""
    hz = 392.0 * np.array([0.5, 1.0, 1.003, 1.19, 1.5, 2.0, 2.52, 3.01])
    loud = np.array([0.5, 0.45, 0.3, 0.4, 0.2, 0.35, 0.12, 0.08])
    return ((0.0, 1.0, _panned(hz, np.array([0.35, 0.6, 0.6, 0.8, 1.1, 1.4, 2.4, 3.0]), loud, pan)),)


def knock(random: np.random.Generator, pan: float) -> Struck:
    """A knuckle on wood."""
    hz = np.concatenate([[142.0, 236.0, 331.0], random.uniform(500.0, 1600.0, 8)])
    loud = np.concatenate([[1.0, 0.7, 0.4], random.uniform(-0.15, 0.15, 8)])
    return ((0.0, 1.0, _panned(hz, np.concatenate([[26.0, 34.0, 48.0], np.full(8, 90.0)]), loud, pan)),)


def door(random: np.random.Generator, pan: float) -> Struck:
    """A wooden door falls shut, and its latch after it."""
    shut = _panned(np.array([58.0, 97.0, 163.0, 251.0]), np.array([9.0, 13.0, 22.0, 40.0]), np.full(4, 0.6), pan)
    latch = random.uniform(1400.0, 3600.0, 6)
    return (
        (0.0, 1.0, shut),
        *knock(random, pan),
        (0.035, 0.35, _panned(latch, np.full(6, 160.0), random.uniform(-0.5, 0.5, 6), pan)),
    )


def splash(random: np.random.Generator, pan: float) -> Struck:
    """Something small falls into water."""
    hz = np.concatenate([random.uniform(260.0, 700.0, 6), random.uniform(900.0, 3000.0, 20)])
    loud = np.concatenate([random.uniform(-0.5, 0.5, 6), random.uniform(-0.12, 0.12, 20)])
    return ((0.0, 1.0, _panned(hz, np.concatenate([np.full(6, 12.0), random.uniform(9.0, 40.0, 20)]), loud, pan)),)


def thunder(random: np.random.Generator, pan: float) -> Struck:
    """Far thunder: many low partials that swell and fade, never a crack."""
    hz = random.uniform(32.0, 130.0, 30)
    loud = random.uniform(-0.3, 0.3, 30) * (60.0 / hz) ** 0.5
    slow, fast = random.uniform(0.5, 1.2, 30), random.uniform(2.0, 5.0, 30)
    wide = Timbre(
        np.concatenate([hz, hz]),
        np.concatenate([slow, fast]),
        np.concatenate([loud, -loud]),
        np.concatenate([loud, -loud]) * np.tile(random.choice([-1.0, 1.0], 30), 2),
    )
    return ((0.0, 1.2, wide),)


def chime(random: np.random.Generator, pan: float) -> Struck:
    """Three glints, one after the other within a blink."""
    return tuple((0.012 * number, 0.4, glint(pitch, pan)) for number, pitch in enumerate((88, 93, 95)))


CUES: Mapping[str, Callable[[np.random.Generator, float], Struck]] = MappingProxyType(
    {"bell": bell, "chime": chime, "door": door, "knock": knock, "splash": splash, "thunder": thunder}
)
