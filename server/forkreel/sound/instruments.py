"""The instruments of the ambience, as timbres: a pad, a music box, a glint of glass, and the fox's paws."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forkreel.sound.bank import Timbre


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
