"""YAML text as ruamel's graph of nodes, within bounds that hold before any time or memory is spent beyond them."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scanner import RoundTripScanner

MAX_DEPTH = 16
MAX_TOKENS = 200_000
TOO_DEEP = f"lists or maps are nested more than {MAX_DEPTH} deep"


def compose(text: str) -> Any:
    """Ruamel's graph of a document, None for an empty one. Raises ruamel's errors, `TooMuch` among them."""
    yaml = YAML(typ="rt")
    yaml.Composer = _Composer
    yaml.Scanner = _Scanner
    return yaml.compose(text)


class TooMuch(MarkedYAMLError):
    """More than is read, found before ruamel spends quadratic time on it."""

    def __init__(self, code: str, message: str, mark: Any) -> None:
        super().__init__(None, None, message, mark)
        self.code = code


class _Scanner(RoundTripScanner):
    def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:
        super().fetch_flow_collection_start(TokenClass, to_push)
        self._bound(len(self.flow_context))

    def add_indent(self, column: int) -> bool:
        added = super().add_indent(column)
        self._bound(len(self.indents))
        return added

    def fetch_more_tokens(self) -> Any:
        self._tokens = getattr(self, "_tokens", 0) + 1
        if self._tokens > MAX_TOKENS:
            raise TooMuch("file-too-large", f"the file has more than {MAX_TOKENS} tokens", self.reader.get_mark())
        return super().fetch_more_tokens()

    def _bound(self, depth: int) -> None:
        if depth > 2 * MAX_DEPTH:
            raise TooMuch("too-deep", TOO_DEEP, self.reader.get_mark())


class _Composer(Composer):
    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self.warn_double_anchors = False  # YAML lets an anchor be given anew
