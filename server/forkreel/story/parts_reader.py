"""What scenes, choices and answers have in common: texts, axes, effects, lines and ways on, read and checked."""

from __future__ import annotations

from collections.abc import Mapping

from forkreel.story.axes import AxisLike, misfit
from forkreel.story.diagnostic import Findings, Spot, did_you_mean, unknown
from forkreel.story.document import Items, Node, Scalar, Table
from forkreel.story.fields import Fields, open_block, shape
from forkreel.story.language import RETURN
from forkreel.story.readers import check_line
from forkreel.story.scene import Branch, Effect, Setting, Speech
from forkreel.story.template import Expression, Text
from forkreel.story.templates import Templates
from forkreel.story.variables import Variable

_MOVING = {"drift": "drift", "hold": "sway"}


class PartsReader:
    """Reads the parts of one story's scenes; ids that must be unique in the whole story are remembered."""

    def __init__(
        self,
        findings: Findings,
        templates: Templates,
        variables: Mapping[str, Variable],
        cast: frozenset[str],
        scenes: frozenset[str],
        axes: Mapping[str, AxisLike] | None,
        language: str = "en",
    ) -> None:
        self.findings = findings
        self.templates = templates
        self.variables = variables
        self.axes = axes
        self._language = language
        self._cast = cast
        self._scenes = scenes
        self._line_ids: dict[str, Spot] = {}

    def settings(self, fields: Fields, key: str, what: str = "") -> list[tuple[str, Setting]]:
        """Axes and their values, or by how much they move where `what`, or else the key, is `drift` or `hold`."""
        settings: list[tuple[str, Setting]] = []
        for pair in fields.pairs(key, "a map of axes and values"):
            scalar = fields.text_of(pair.value, pair.key.text)
            if scalar is None:
                continue
            setting = self.templates.setting(scalar)
            settings.append((pair.key.text, setting))
            if self.axes is not None and pair.key.text not in self.axes:
                hint = did_you_mean(pair.key.text, self.axes, f"there are {', '.join(self.axes)}")
                self.findings.error(pair.key.spot, "unknown-axis", f"the model has no axis '{pair.key.text}'", hint)
            else:
                self._check_setting(what or key, pair.key.text, setting, scalar)
        return settings

    def _check_setting(self, key: str, name: str, setting: Setting, scalar: Scalar) -> None:
        value = self.templates.tried(setting)
        axis = self.axes[name] if self.axes is not None else None
        if key in _MOVING:
            does = _MOVING[key]
            if isinstance(value, str) and "{{" not in scalar.text:
                self.findings.error(scalar.spot, "wrong-type", f"'{name}' {does}s by a number, not by {shape(scalar)}")
            elif axis is not None and axis.labels:
                self.findings.error(scalar.spot, "axis-value", f"the axis '{name}' is a word and cannot {does}")
        elif axis is not None and value is not None and (found := misfit(name, value, axis)):
            self.findings.error(scalar.spot, *found)

    def effects(self, fields: Fields) -> tuple[Effect, ...]:
        """What `set` does to variables."""
        effects = []
        for pair in fields.pairs("set", "a map of variables and values"):
            variable = self.variables.get(pair.key.text)
            if variable is None:
                message, hint = unknown(
                    f"there is no variable '{pair.key.text}'", pair.key.text, self.variables, "define it below `vars`"
                )
                self.findings.error(pair.key.spot, "undefined-variable", message, hint)
            else:
                effects.append(self.templates.effect(pair.value, variable))
        return tuple(effects)

    def speeches(self, fields: Fields, owner: str, key: str = "say") -> tuple[Speech, ...]:
        """Lines; those without an id of their own are called by their owner and their number."""
        speeches = []
        for number, node in enumerate(fields.items(key) or (), start=1):
            line_id, who, text = self._speech(fields, node)
            if text is None:
                continue
            if line_id is not None:
                self.unique(line_id, "line", self._line_ids)
            check_line(text.spot, text.text, self._language, self.findings)
            speeches.append(Speech(line_id.text if line_id else f"{owner}.{number}", self.templates.text(text), who))
        return tuple(speeches)

    def _speech(self, fields: Fields, node: Node) -> tuple[Scalar | None, str | None, Scalar | None]:
        """A line's id, speaker and text, from any of its three forms."""
        if isinstance(node, Scalar):
            return None, None, fields.words_of(node, "say")
        if isinstance(node, Table) and len(node.pairs) == 1 and node.pairs[0].key.text in self._cast:
            pair = node.pairs[0]
            return None, pair.key.text, fields.words_of(pair.value, pair.key.text)
        if isinstance(node, Table) and len(node.pairs) == 1 and node.pairs[0].key.text not in ("id", "who", "text"):
            self._unknown_speaker(node.pairs[0].key)
            return None, None, None
        line = open_block(node, "line", self.findings)
        if line is None:
            return None, None, None
        if "text" not in line:
            self.findings.error(line.spot, "missing-key", "the line has no text")
        who = line.text("who")
        if who is not None and who.text not in self._cast:
            self._unknown_speaker(who)
        return line.identifier("id"), who.text if who else None, line.words("text")

    def _unknown_speaker(self, scalar: Scalar) -> None:
        message = f"nobody in the cast is called '{scalar.text}'"
        hint = "add it to `cast`, or put quotes round the whole line"
        self.findings.error(scalar.spot, "unknown-speaker", *unknown(message, scalar.text, self._cast, hint))

    def branches(self, fields: Fields) -> tuple[Branch, ...]:
        """The ways of a `goto`."""
        node = fields.node("goto")
        if node is None:
            return ()
        if not isinstance(node, Items):
            return (self._branch(node),)
        branches: list[Branch] = []
        for item in fields.items("goto") or ():
            if branches and branches[-1].when is None:
                message = "this is never reached: the branch before it has no condition"
                self.findings.warning(item.spot, "unreachable-branch", message)
            branches.append(self._branch(item))
        if branches and branches[-1].when is not None:
            self.findings.error(
                node.items[-1].spot,
                "may-be-stuck",
                "when none of these conditions holds there is no way on",
                "end the list with a scene without `when`",
            )
        return tuple(branches)

    def _branch(self, node: Node) -> Branch:
        if isinstance(node, Scalar):
            return Branch(RETURN if self._returns(node) else self._scene_id(node))
        branch = open_block(node, "branch", self.findings)
        if branch is None:
            return Branch("")
        target, when, then = branch.node("goto"), branch.node("when"), branch.node("then")
        condition: Expression | None = self.templates.condition(when, "when") if when is not None else None
        if "call" in branch:
            target = branch.node("call")
            if target is None or then is None or "goto" in branch:
                hint = "{call: the scene to come back from, then: where to go on}"
                self.findings.error(branch.spot, "missing-key", "a call has `call` and `then`, and no `goto`", hint)
                return Branch("")
            return Branch(self._scene_id(target), condition, self._scene_id(then))
        if target is None:
            self.findings.error(branch.spot, "missing-key", "the branch has no goto")
            return Branch("", condition)
        if then is not None:
            self.findings.error(then.spot, "unknown-key", "only a `call` goes on with `then`", "write call for goto")
        return Branch(RETURN if self._returns(target) else self._scene_id(target), condition)

    @staticmethod
    def _returns(node: Node) -> bool:
        return isinstance(node, Scalar) and node.text == RETURN

    def _scene_id(self, node: Node) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            self.findings.error(node.spot, "wrong-type", f"'goto' is the id of a scene, not {shape(node)}")
            return ""
        if node.text in self._scenes:
            return node.text
        if "{{" in node.text:
            hint = "write a list of `{when, goto}`: the first that holds is taken"
            self.findings.error(node.spot, "wrong-type", "'goto' cannot have a template", hint)
        else:
            message, hint = unknown(f"there is no scene '{node.text[:70]}'", node.text, self._scenes)
            self.findings.error(node.spot, "unknown-scene", message, hint)
        return ""

    def text(self, fields: Fields, key: str) -> Text:
        """A text with its templates, empty when it is absent."""
        scalar = fields.words(key)
        return self.templates.text(scalar) if scalar else Text("")

    def takes_back(self, fields: Fields) -> bool:
        """Whether `back` is not forbidden."""
        return "back" not in fields or fields.flag("back")

    def unique(self, scalar: Scalar, kind: str, seen: dict[str, Spot]) -> None:
        """A finding when an id was there before."""
        first = seen.setdefault(scalar.text, scalar.spot)
        if first != scalar.spot:
            message = f"the {kind} id '{scalar.text}' is given twice; first in line {first.line}"
            self.findings.error(scalar.spot, "duplicate-id", message)


def former_names(fields: Fields) -> tuple[str, ...]:
    """What older saves call it: `renamed_from` is a name, or a list of them."""
    node = fields.node("renamed_from")
    nodes = node.items if isinstance(node, Items) else () if node is None else (node,)
    scalars = [fields.text_of(one, "renamed_from") for one in nodes]
    return tuple(scalar.text for scalar in scalars if scalar is not None)
