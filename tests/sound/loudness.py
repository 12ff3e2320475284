"""Loudness after ITU-R BS.1770-4 for stereo at 48 kHz, with numpy alone: K-weighting, blocks of 400 ms, two gates."""

import numpy as np

_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def lufs(pcm: np.ndarray) -> float:
    """The integrated loudness of `(samples, 2)` int16 in LUFS."""
    signal = pcm.astype(np.float64) / 32768.0
    padded = len(signal) + 48000
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(padded))
    powers = np.stack([np.ones_like(turn), turn, turn**2])
    weight = np.prod([np.dot(above, powers) / np.dot(below, powers) for above, below in (_SHELF, _HIGH_PASS)], axis=0)
    heard = np.fft.irfft(np.fft.rfft(signal, padded, axis=0) * weight[:, np.newaxis], padded, axis=0)[: len(signal)]
    energy = np.concatenate([[0.0], np.cumsum((heard**2).sum(axis=1))])
    starts = np.arange(0, len(signal) - 19200 + 1, 4800)
    blocks = (energy[starts + 19200] - energy[starts]) / 19200
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    blocks = blocks[blocks > 0.1 * blocks.mean()]
    return float(-0.691 + 10 * np.log10(blocks.mean()))
