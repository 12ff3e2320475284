"""A story file and the files that it includes, as one tree. What is wrong with an included file is told by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forkreel.story.diagnostic import Findings, did_you_mean
from forkreel.story.document import Document, Items, Node, Pair, Scalar, Table
from forkreel.story.expand import Expanded, expand, needs_expanding
from forkreel.story.fields import Fields, shape
from forkreel.story.language import KEYS
from forkreel.story.slips import patched
from forkreel.story.source import Source, read
from forkreel.story.unfolding import tree

MAX_FILES = 32
SHARED = tuple(key for key in KEYS["included file"] if key != "include")
_SUFFIXES = (".yaml", ".yml")


@dataclass(slots=True)
class Whole:
    """The tree of everything, and the documents it was read from, by the `file` of their spots."""

    root: Node
    documents: Mapping[str, Document]


def whole(path: Path) -> tuple[Whole | None, Findings]:
    """The tree of a story file with what it includes, and what is wrong with them so far; None when there is none."""
    source, findings = read(path)
    gathering = _Gathering(path, findings)
    root = gathering.tree(source, findings, "") if source.text else None
    if root is None:
        return None, findings
    if isinstance(root, Table):
        root = gathering.merged(root, path, (path.resolve(),))
    return Whole(root, gathering.documents), findings


@dataclass(slots=True)
class _Gathering:
    path: Path
    findings: Findings
    documents: dict[str, Document] = field(default_factory=dict)

    def tree(self, source: Source, findings: Findings, file: str) -> Node | None:
        """The tree of one file; `file` is what its spots say, empty for the story itself."""
        read_once = patched(source.text, findings)
        if read_once is None:
            return None
        text, graph = read_once
        expanded: Expanded | None = Expanded(text, tuple(range(len(source.lines))))
        if needs_expanding(text):
            expanded, graph = expand(text, findings), None
        if expanded is None:
            return None
        document = Document(expanded.text, expanded.origin, source.lines, file)
        self.documents[file] = document
        return tree(document, findings, graph)

    def merged(self, root: Table, path: Path, above: tuple[Path, ...]) -> Table:
        """A file's tree with the cast, places, variables, conditions and scenes of what it includes."""
        include = next((pair.value for pair in root.pairs if pair.key.text == "include"), None)
        if include is None:
            return root
        pairs = {pair.key.text: pair for pair in root.pairs}
        for node in include.items if isinstance(include, Items) else (include,):
            if (part := self._included(node, path, above)) is not None:
                for pair in part.pairs:
                    self._add(pairs, pair)
        return Table(root.spot, tuple(pairs.values()))

    def _included(self, node: Node, path: Path, above: tuple[Path, ...]) -> Table | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.findings.error(node.spot, "wrong-type", f"'include' is a file or a list of them, not {shape(node)}")
            return None
        target, folder = _resolved(path.parent / node.text), self.path.parent.resolve()
        inside = target is not None and target.is_relative_to(folder) and target.suffix in _SUFFIXES
        if target is None or not inside or Path(node.text).is_absolute():
            message = f"'{node.text[:70]}' is no story file in the story's own folder"
            hint = "include files with the ending .yaml, by their path from here"
            self.findings.error(node.spot, "include-outside", message, hint)
            return None
        if target in above:
            ring = " includes ".join(file.name for file in (*above[above.index(target) :], target))
            self.findings.error(
                node.spot, "include-cycle", f"the files include each other: {ring}", "delete one of them"
            )
            return None
        if not target.is_file():
            beside = [file.name for file in target.parent.glob("*.y*ml")] if target.parent.is_dir() else []
            hint = did_you_mean(node.text, sorted(beside), "its path counts from the file that includes it")
            self.findings.error(node.spot, "unknown-include", f"there is no file '{node.text[:70]}'", hint)
            return None
        if len(self.documents) >= MAX_FILES:
            self.findings.error(node.spot, "too-long", f"a story has at most {MAX_FILES} files")
            return None
        name = str(target.relative_to(folder))
        file = str(self.path.parent / name)
        if file in self.documents:  # included twice: it is there already
            return None
        source, found = read(Path(file))
        part = self.tree(source, found, file) if source.text else None
        self.findings.absorb(found, source.lines)
        if part is None:
            return None
        if not isinstance(part, Table):
            message = f"an included file is a map of keys and values, not {shape(part)}"
            self.findings.error(part.spot, "wrong-type", message)
            return None
        Fields(part, "included file", self.findings)
        return self.merged(part, target, (*above, target))

    def _add(self, pairs: dict[str, Pair], pair: Pair) -> None:
        name = pair.key.text
        if name not in SHARED:
            return
        there = pairs.get(name)
        if there is None:
            pairs[name] = pair
            return
        if not isinstance(there.value, Table) or not isinstance(pair.value, Table):
            self.findings.error(pair.value.spot, "wrong-type", f"'{name}' is a map of keys and values")
            return
        known = {one.key.text: one for one in there.value.pairs}
        for one in pair.value.pairs:
            if one.key.text in known:
                message = f"'{one.key.text}' is below `{name}` in another file already"
                self.findings.error(one.key.spot, "duplicate-key", message, "keep one")
            known.setdefault(one.key.text, one)
        pairs[name] = Pair(there.key, Table(there.value.spot, tuple(known.values())))


def _resolved(path: Path) -> Path | None:
    """The path with its links followed; None for one that no file can have, and for links that lead round in a ring."""
    try:
        path = path.resolve()
        path.is_file()
    except (OSError, RuntimeError, ValueError):
        return None
    return path
