"""Training of the prompt reader: captions through the text encoder, then a small network, in a few minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from forkreel.atelier.captions import caption
from forkreel.atelier.precision import half_precision
from forkreel.model.house.encoder import TextEncoder
from forkreel.model.house.reader import ROWS, PromptReader

_BATCH = 128
_NOISE = 0.1  # of a token's features, which spread by about 0.4: other words for the same are near, not there


@dataclass(frozen=True)
class _Read:
    """Captions of about one length: tokens `(n, T, 384)` bfloat16, which of them are spoken, the choice of each row."""

    tokens: Tensor
    spoken: Tensor
    choices: dict[str, Tensor]


def _read(encoder: TextEncoder, captions: list[tuple[str, dict[str, str]]]) -> list[_Read]:
    by_length = sorted(captions, key=lambda pair: len(pair[0]))  # a batch is padded to its longest
    read = []
    for n in range(0, len(by_length), _BATCH):
        texts, meant = zip(*by_length[n : n + _BATCH], strict=True)
        with half_precision():  # exact enough: noise is added in training
            tokens, spoken = encoder.tokens(texts)
        choices = {row: torch.tensor([list(known).index(one[row]) for one in meant]) for row, known in ROWS.items()}
        read.append(_Read(tokens.bfloat16(), spoken, choices))
    return read


def train_reader(captions: int = 24_000, epochs: int = 18, say: Callable[[str], None] = print) -> PromptReader:
    """A trained reader; says how often captions that it did not learn from are read rightly."""
    rng = np.random.default_rng(3)
    torch.manual_seed(3)
    pairs = [caption(rng) for _ in range(captions)]
    say(f"reading {captions} captions")
    encoder, held = TextEncoder(), captions // 20
    batches, kept = _read(encoder, pairs[held:]), _read(encoder, pairs[:held])
    reader = PromptReader()
    optimiser = torch.optim.AdamW(reader.parameters(), lr=2e-3, weight_decay=0.02)
    for epoch in range(epochs):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - epoch / epochs)
        for n in torch.randperm(len(batches)).tolist():
            batch = batches[n]
            tokens = batch.tokens.float()
            logits = reader(tokens + _NOISE * torch.randn_like(tokens), batch.spoken)
            loss = torch.stack([F.cross_entropy(logits[row], batch.choices[row]) for row in ROWS]).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    reader.eval()
    right = share_right(reader, kept)
    say("read rightly: " + ", ".join(f"{row} {share:.1%}" for row, share in right.items()))
    return reader


@torch.inference_mode()
def share_right(reader: PromptReader, read: list[_Read]) -> dict[str, float]:
    """Of each row, the share of captions whose choice is the reader's."""
    hits = dict.fromkeys(ROWS, 0)
    for batch in read:
        for row, logits in reader(batch.tokens.float(), batch.spoken).items():
            hits[row] += int((logits.argmax(1) == batch.choices[row]).sum())
    return {row: count / sum(len(batch.spoken) for batch in read) for row, count in hits.items()}
