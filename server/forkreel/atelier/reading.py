"""Training of the prompt reader: captions through the text encoder, then a small perceptron, in a minute or two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional as F

from forkreel.atelier.captions import caption
from forkreel.model.house.encoder import WIDTH, TextEncoder
from forkreel.model.house.reader import ROWS, PromptReader


def train_reader(captions: int = 16_000, epochs: int = 60, say: Callable[[str], None] = print) -> PromptReader:
    """A trained reader; says how often captions that it did not learn from are read rightly."""
    rng = np.random.default_rng(3)
    torch.manual_seed(3)
    pairs = [caption(rng) for _ in range(captions)]
    encoder = TextEncoder()
    say(f"reading {captions} captions")
    texts = [text for text, _ in pairs]
    by_length = sorted(range(captions), key=lambda n: len(texts[n]))  # a batch is padded to its longest
    embeddings = torch.empty(captions, WIDTH)
    for n in range(0, captions, 64):
        batch = by_length[n : n + 64]
        with torch.autocast("cpu", torch.bfloat16):  # exact enough: noise is added in training
            embeddings[batch] = encoder([texts[one] for one in batch]).float()
    targets = {
        row: torch.tensor([list(choices).index(meant[row]) for _, meant in pairs]) for row, choices in ROWS.items()
    }
    reader = PromptReader(known_rows=tuple(ROWS))
    optimiser = torch.optim.AdamW(reader.parameters(), lr=2e-3, weight_decay=0.02)
    held = captions // 10
    for epoch in range(epochs):
        reader.train()
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - epoch / epochs)
        order = torch.randperm(captions - held)
        for n in range(0, len(order), 256):
            chosen = order[n : n + 256]
            noisy = F.normalize(embeddings[chosen] + 0.012 * torch.randn(len(chosen), embeddings.shape[1]), dim=1)
            logits = reader(noisy)
            loss = torch.stack([F.cross_entropy(logits[row], targets[row][chosen]) for row in ROWS]).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    reader.eval()
    with torch.inference_mode():
        logits = reader(embeddings[-held:])
    right = {row: float((logits[row].argmax(1) == targets[row][-held:]).float().mean()) for row in ROWS}
    say("read rightly: " + ", ".join(f"{row} {share:.1%}" for row, share in right.items()))
    return reader
