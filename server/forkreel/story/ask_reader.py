"""From a scene's `ask` to a `Question`: its choices, its controls, and what can be typed in answer to it."""

from __future__ import annotations

import math
import re

from forkreel.story.axes import AxisLike, misfit
from forkreel.story.diagnostic import Findings, Spot, did_you_mean
from forkreel.story.document import Node, Scalar
from forkreel.story.fields import MAX_SECONDS, Fields, open_block
from forkreel.story.language import RULES, TALLIES, UNAVAILABLE
from forkreel.story.moment import Voting
from forkreel.story.parts_reader import PartsReader, former_names
from forkreel.story.readers import check_timer
from forkreel.story.scene import Answer, Dial, Entry, Question, Reply, Swatch, Talk
from forkreel.story.template import Text
from forkreel.story.variables import Variable

MAX_CHOICES = 12
MAX_CONTROLS = 8
MAX_OPTIONS = 16
MAX_ANSWERS = 64
MAX_EXAMPLES = 32
MAX_QUORUM = 10_000
THRESHOLD = 0.45  # of the cosine between two sentences that mean about the same; see docs/writing-stories.md

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class AskReader:
    """Reads the questions of one story."""

    def __init__(self, findings: Findings, parts: PartsReader) -> None:
        self._findings = findings
        self._parts = parts

    def question(self, fields: Fields, scene: str) -> Question | None:
        """The question of a scene, as far as it can be read; None when it asks nothing."""
        node = fields.node("ask")
        ask = open_block(node, "ask", self._findings) if node is not None else None
        if ask is None:
            return None
        ids: dict[str, Spot] = {}
        answers = self._answers(ask, ids, scene, falls_back="goto" in fields)
        timer = ask.number("timer", 0.5, MAX_SECONDS)
        default = ask.text("default")
        if default is not None and default.text not in {answer.id for answer in answers if not answer.fallback}:
            message = f"the default '{default.text}' is none of the choices"
            self._findings.error(default.spot, "unknown-choice", message, did_you_mean(default.text, ids))
        if "timer" in ask and "default" not in ask:
            message = "the timer has no default; when it runs out the first choice that can be taken is taken"
            self._findings.warning(ask.key_spot("timer"), "no-default", message, "add `default:`")
        prompt = self._parts.text(ask, "prompt")
        if timer is not None:
            labels = [answer.label.source for answer in answers]
            check_timer(ask.key_spot("timer"), float(timer), [prompt.source, *labels], self._findings)
        if "input" in ask and "questions" in ask:
            message = "a question has one field to type into: `input` or `questions`"
            self._findings.error(ask.key_spot("questions"), "two-fields", message, "ask one after the other")
        show_after = ask.number("show_after", 0.0, MAX_SECONDS)
        return Question(
            prompt,
            tuple(answers),
            None if timer is None else float(timer),
            default.text if default else None,
            self._voting(ask),
            dials=self._dials(ask, ids),
            entry=self._entry(ask, ids),
            talk=self._talk(ask, ids, scene),
            show_after_s=show_after or 0.0,
            finish_line_first=ask.flag("finish_line_first"),
            previews=ask.flag("previews"),
        )

    def _voting(self, ask: Fields) -> Voting:
        node = ask.node("vote")
        vote = open_block(node, "vote", self._findings) if node is not None else None
        if vote is None:
            return Voting()
        quorum = vote.whole("quorum", 1, MAX_QUORUM)
        return Voting(
            tally=vote.one_of("tally", TALLIES) or Voting().tally,
            rule=vote.one_of("rule", RULES) or Voting().rule,
            quorum=Voting().quorum if quorum is None else quorum,
        )

    def _answers(self, ask: Fields, ids: dict[str, Spot], scene: str, falls_back: bool) -> list[Answer]:
        nodes = self._at_most(ask, "choices", MAX_CHOICES)
        if "choices" not in ask and not ("input" in ask or "questions" in ask):
            self._findings.error(ask.spot, "missing-key", "the question has no choices", "add `choices:`")
        hides = ask.one_of("unavailable", UNAVAILABLE) == "hide"
        answers: dict[str, Answer] = {}
        for node in nodes:
            answer = self._answer(node, ids, scene, falls_back, hides)
            if answer is not None:
                if answer.fallback and any(other.fallback for other in answers.values()):
                    message = "a question has one fallback: the first is taken, and this one never"
                    self._findings.error(node.spot, "duplicate-id", message, "make one of them a choice")
                answers[answer.id] = answer
        return list(answers.values())

    def _answer(self, node: Node, ids: dict[str, Spot], scene: str, falls_back: bool, hides: bool) -> Answer | None:
        fields = open_block(node, "choice", self._findings)
        if fields is None:
            return None
        fallback, stays = fields.flag("fallback"), fields.flag("stay")
        name = self._id(fields, "choice", ids, needed=True)
        if "label" not in fields and not fallback:
            self._findings.error(fields.spot, "missing-key", "the choice has no label")
        if "goto" not in fields and not falls_back and not stays:
            hint = "add `goto:` to the choice, or to the scene for every choice without one, or `stay: true`"
            self._findings.error(fields.spot, "choice-without-goto", "the choice leads nowhere", hint)
        if stays and "goto" in fields:
            message = "a choice either stays or goes on"
            self._findings.error(fields.key_spot("stay"), "stay-and-goto", message, "delete `stay` or `goto`")
        if "say" in fields and not stays:
            message = "only a choice that stays says something"
            hint = "put the lines into the scene that it leads to, or add `stay: true`"
            self._findings.error(fields.key_spot("say"), "say-and-goto", message, hint)
        when = fields.node("when")
        hidden = fields.one_of("unavailable", UNAVAILABLE)
        answer = Answer(
            id=name or "",
            label=self._parts.text(fields, "label"),
            when=self._parts.templates.condition(when, "when") if when is not None else None,
            once=fields.flag("once"),
            effects=self._parts.effects(fields),
            branches=self._parts.branches(fields),
            stays=stays,
            speeches=self._parts.speeches(fields, f"{scene}.{name}"),
            fallback=fallback,
            hidden=hides if hidden is None else hidden == "hide",
            final=not self._parts.takes_back(fields),
            once_called=former_names(fields),
        )
        return answer if name else None

    def _dials(self, ask: Fields, ids: dict[str, Spot]) -> tuple[Dial, ...]:
        dials = [self._dial(node, ids) for node in self._at_most(ask, "controls", MAX_CONTROLS)]
        return tuple(dial for dial in dials if dial is not None)

    def _dial(self, node: Node, ids: dict[str, Spot]) -> Dial | None:
        fields = open_block(node, "control", self._findings)
        if fields is None:
            return None
        name = self._id(fields, "control", ids, needed=True)
        if ("var" in fields) == ("axis" in fields):
            message = "a control sets a variable or moves an axis: it has `var` or `axis`"
            self._findings.error(fields.spot, "missing-key", message, "axis: hour")
            return None
        variable, axis = self._variable(fields), fields.text("axis")
        known = self._parts.axes
        if axis is not None and known is not None and axis.text not in known:
            hint = did_you_mean(axis.text, known, f"there are {', '.join(known)}")
            self._findings.error(axis.spot, "unknown-axis", f"the model has no axis '{axis.text}'", hint)
        low, high = self._range(fields, variable, axis)
        swatches = tuple(self._swatches(fields, variable, axis))
        if axis is not None and known is not None and axis.text in known and "options" not in fields:
            self._check_slider(fields, axis.text, known[axis.text], low, high)
        if variable is not None and variable.kind not in ("int", "float") and not swatches:
            hint = "options: [{value: …, label: …}]"
            self._findings.error(fields.spot, "missing-key", f"'{variable.name}' is no number: give it swatches", hint)
        if low >= high:
            self._findings.error(fields.key_spot("range"), "out-of-range", "the range is empty", "range: [0, 1]")
        step = fields.number("step", 1e-6, 1e6)
        if step is None and variable is not None and variable.kind == "int":
            step = 1.0
        if name is None or (variable is None and axis is None):
            return None
        label = self._parts.text(fields, "label")
        bound = variable.name if variable else None
        return Dial(name, label, bound, axis.text if axis else None, low, high, step, swatches)

    def _variable(self, fields: Fields, kinds: tuple[str, ...] = ()) -> Variable | None:
        scalar = fields.text("var")
        if scalar is None:
            return None
        variable = self._parts.variables.get(scalar.text)
        if variable is None:
            hint = did_you_mean(scalar.text, self._parts.variables, "define it below `vars`")
            message = f"there is no variable '{scalar.text[:70]}'"
            self._findings.error(scalar.spot, "undefined-variable", message, hint)
        elif variable.kind == "set" or (kinds and variable.kind not in kinds):
            wanted = " or ".join(kinds) or "one value"
            message = f"'{variable.name}' is of type {variable.kind}, and this sets {wanted}"
            self._findings.error(scalar.spot, "wrong-type", message)
            return None
        else:
            self._parts.templates.assigned.add(variable.name)
        return variable

    def _range(self, fields: Fields, variable: Variable | None, axis: Scalar | None) -> tuple[float, float]:
        given = [fields.number_of(item, "range") for item in fields.items("range") or ()]
        if len(given) == 2 and given[0] is not None and given[1] is not None:
            low, high = float(given[0]), float(given[1])
            if variable is not None and low <= high and not variable.low <= low <= high <= variable.high:
                message = f"'{variable.name}' goes from {variable.low:g} to {variable.high:g}, not {low:g} to {high:g}"
                self._findings.error(fields.key_spot("range"), "out-of-range", message)
            return low, high
        if "range" in fields:
            self._findings.error(fields.key_spot("range"), "wrong-type", "a range is two numbers", "range: [0, 1]")
        if variable is not None and math.isfinite(variable.high - variable.low):
            return variable.low, variable.high
        if variable is not None and variable.kind in ("int", "float") and "options" not in fields:
            message = f"'{variable.name}' has no limits, so the slider needs a range"
            self._findings.error(fields.spot, "missing-key", message, "range: [0, 10]")
        known = self._parts.axes.get(axis.text) if axis is not None and self._parts.axes is not None else None
        return (known.low, known.high) if known is not None and not known.labels else (0.0, 1.0)

    def _check_slider(self, fields: Fields, name: str, axis: AxisLike, low: float, high: float) -> None:
        if axis.labels:
            hint = f"options: [{{value: {axis.labels[0]}, label: …}}]"
            self._findings.error(fields.spot, "missing-key", f"the axis '{name}' is a word: give it swatches", hint)
        elif low < axis.low or high > axis.high:
            message = f"the axis '{name}' goes from {axis.low:g} to {axis.high:g}, not from {low:g} to {high:g}"
            self._findings.error(fields.key_spot("range"), "axis-value", message)

    def _swatches(self, fields: Fields, variable: Variable | None, axis: Scalar | None) -> list[Swatch]:
        swatches = []
        for node in self._at_most(fields, "options", MAX_OPTIONS):
            option = open_block(node, "option", self._findings)
            value = option.node("value") if option is not None else None
            if option is None:
                continue
            if not isinstance(value, Scalar) or value.value is None:
                self._findings.error(option.spot, "missing-key", "the option has no value", "value: red")
                continue
            held = value.text if variable is not None and variable.kind in ("text", "enum") else value.value
            if variable is not None:
                self._parts.templates.fits(value, variable, held)
            known = self._parts.axes.get(axis.text) if axis is not None and self._parts.axes is not None else None
            if axis is not None and known is not None and (found := misfit(axis.text, held, known)):
                self._findings.error(value.spot, *found)
            colour = option.text("colour")
            if colour is not None and not _COLOUR.fullmatch(colour.text):
                message = f"{colour.text[:40]!r} is no colour"
                self._findings.error(colour.spot, "bad-colour", message, "write it in quotes: '#c8442e'")
                colour = None
            label = self._parts.text(option, "label") if "label" in option else Text(value.text)
            swatches.append(Swatch(held, label, colour.text.lower() if colour else ""))
        return swatches

    def _entry(self, ask: Fields, ids: dict[str, Spot]) -> Entry | None:
        node = ask.node("input")
        fields = open_block(node, "input", self._findings) if node is not None else None
        if fields is None:
            return None
        name = self._id(fields, "input", ids, needed=False)
        if "var" not in fields:
            self._findings.error(fields.spot, "missing-key", "the input has no variable to fill", "var: name")
        variable = self._variable(fields, ("text",))
        if variable is None:
            return None
        return Entry(
            name or "input",
            variable.name,
            self._parts.text(fields, "label"),
            self._parts.text(fields, "placeholder"),
            self._parts.effects(fields),
            self._parts.branches(fields),
        )

    def _talk(self, ask: Fields, ids: dict[str, Spot], scene: str) -> Talk | None:
        node = ask.node("questions")
        fields = open_block(node, "questions", self._findings) if node is not None else None
        if fields is None:
            return None
        name = self._id(fields, "field", ids, needed=False)
        for key in ("answers", "fallback"):
            if key not in fields:
                message = {"answers": "nothing can be answered", "fallback": "what is not understood gets no answer"}
                self._findings.error(
                    fields.spot, "missing-key", f"{message[key]}: there is no `{key}`", f"add `{key}:`"
                )
        threshold = fields.number("threshold", 0.0, 1.0)
        replies = [self._reply(one, ids, scene) for one in self._at_most(fields, "answers", MAX_ANSWERS)]
        return Talk(
            name or "questions",
            self._parts.text(fields, "label"),
            self._parts.text(fields, "placeholder"),
            tuple(reply for reply in replies if reply is not None),
            THRESHOLD if threshold is None else threshold,
            self._parts.speeches(fields, f"{scene}.{name or 'questions'}", "fallback"),
        )

    def _reply(self, node: Node, ids: dict[str, Spot], scene: str) -> Reply | None:
        fields = open_block(node, "answer", self._findings)
        if fields is None:
            return None
        name = self._id(fields, "answer", ids, needed=True)
        if "examples" not in fields:
            hint = "examples: [why is the sky blue, where does the blue come from]"
            self._findings.error(fields.spot, "missing-key", "the answer has no examples of what it answers", hint)
        scalars = [fields.text_of(one, "examples") for one in self._at_most(fields, "examples", MAX_EXAMPLES)]
        examples = tuple(scalar.text.strip() for scalar in scalars if scalar is not None)
        if "say" not in fields and "goto" not in fields:
            self._findings.error(
                fields.spot, "missing-key", "the answer neither says anything nor leads on", "add `say:`"
            )
        if "say" in fields and "goto" in fields:
            hint = "put the lines into the scene that it leads to, or leave `goto` out"
            message = "an answer either says something and stays, or leads on"
            self._findings.error(fields.key_spot("say"), "say-and-goto", message, hint)
        when = fields.node("when")
        reply = Reply(
            name or "",
            examples,
            self._parts.templates.condition(when, "when") if when is not None else None,
            self._parts.effects(fields),
            self._parts.branches(fields),
            self._parts.speeches(fields, f"{scene}.{name}"),
        )
        return reply if name and examples else None

    def _id(self, fields: Fields, kind: str, ids: dict[str, Spot], *, needed: bool) -> str | None:
        """The id of a part of the question; they are all of one kind to viewers, and so unique together."""
        name = fields.identifier("id")
        if needed and "id" not in fields:
            self._findings.error(fields.spot, "missing-key", f"the {kind} has no id")
        if name is not None:
            self._parts.unique(name, kind, ids)
        return name.text if name else None

    def _at_most(self, fields: Fields, key: str, most: int) -> tuple[Node, ...]:
        nodes = fields.items(key) or ()
        if len(nodes) > most:
            self._findings.error(nodes[most].spot, "too-long", f"there are at most {most} {key}")
        return nodes[:most]
