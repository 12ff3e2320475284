"""From a scene's node to a `Scene`: every key of it read, checked and compiled."""

from __future__ import annotations

from collections.abc import Mapping

from forkreel.story.axes import AxisLike, misfit
from forkreel.story.cues import read_cues
from forkreel.story.diagnostic import Findings, Spot, did_you_mean
from forkreel.story.document import Items, Node, Pair, Scalar, Table
from forkreel.story.fields import Fields, open_block, shape
from forkreel.story.language import EASINGS, MOODS, PATHS, RULES, TALLIES
from forkreel.story.moment import Voting
from forkreel.story.readers import check_line, check_timer
from forkreel.story.scene import (
    Answer,
    Branch,
    Close,
    Effect,
    Picture,
    Question,
    Scene,
    Setting,
    Speech,
    Travel,
)
from forkreel.story.template import Expression, Text
from forkreel.story.templates import Templates
from forkreel.story.variables import Variable

MAX_SECONDS = 600.0
MAX_CHOICES = 12
MAX_QUORUM = 10_000


class SceneReader:
    """Reads the scenes of one story; what must be unique in the whole story is remembered from scene to scene."""

    def __init__(
        self,
        findings: Findings,
        templates: Templates,
        variables: Mapping[str, Variable],
        cast: frozenset[str],
        scenes: frozenset[str],
        axes: Mapping[str, AxisLike] | None,
    ) -> None:
        self._findings = findings
        self._templates = templates
        self._variables = variables
        self._cast = cast
        self._scenes = scenes
        self._axes = axes
        self._line_ids: dict[str, Spot] = {}
        self._ending_ids: dict[str, Spot] = {}

    def scene(self, pair: Pair, index: int) -> Scene:
        """The scene, as far as it can be read."""
        name, key_spot = pair.key.text, pair.key.spot
        fields = open_block(pair.value, "scene", self._findings)
        if fields is None:
            return Scene(name, index, key_spot.line)
        scene = Scene(
            id=name,
            index=index,
            line=key_spot.line,
            picture=self._picture(fields),
            travel=self._travel(fields),
            effects=self._effects(fields),
            speeches=tuple(self._speeches(fields, name)),
            cues=tuple(read_cues(fields, self._findings)),
            mood=fields.one_of("mood", MOODS),
            question=self._question(fields),
            branches=self._branches(fields),
            close=self._close(fields, pair.key),
        )
        self._check_ways(scene, fields, key_spot)
        return scene

    def _check_ways(self, scene: Scene, fields: Fields, spot: Spot) -> None:
        error = self._findings.error
        if "ending" in fields:
            for key in ("ask", "goto"):
                if key in fields:
                    error(
                        fields.key_spot(key), "after-ending", f"'{scene.id}' ends the story and cannot have '{key}' too"
                    )
            return
        if not ("ask" in fields or "goto" in fields):
            error(
                spot,
                "no-way-on",
                f"the scene '{scene.id}' neither asks, goes on nor ends",
                "add `ask`, `goto` or `ending`",
            )
        if scene.question is None or "goto" in fields:
            return
        if scene.question.answers and all(answer.may_be_unavailable for answer in scene.question.answers):
            error(
                fields.key_spot("ask"),
                "may-be-stuck",
                f"every choice of '{scene.id}' can be unavailable, and then there is no way on",
                "add a choice without `when` and `once`, or a `goto` for the scene",
            )

    def _picture(self, fields: Fields) -> Picture | None:
        if not ("prompt" in fields or "axes" in fields or "drift" in fields):
            return None
        drift = tuple(self._settings(fields, "drift"))
        return Picture(self._text(fields, "prompt"), tuple(self._settings(fields, "axes")), drift)

    def _settings(self, fields: Fields, key: str) -> list[tuple[str, Setting]]:
        settings: list[tuple[str, Setting]] = []
        for pair in fields.pairs(key, "a map of axes and values"):
            scalar = fields.text_of(pair.value, pair.key.text)
            if scalar is None:
                continue
            setting = self._templates.setting(scalar)
            settings.append((pair.key.text, setting))
            if self._axes is not None and pair.key.text not in self._axes:
                hint = did_you_mean(pair.key.text, self._axes, f"there are {', '.join(self._axes)}")
                self._findings.error(pair.key.spot, "unknown-axis", f"the model has no axis '{pair.key.text}'", hint)
            else:
                self._check_setting(key, pair.key.text, setting, scalar)
        return settings

    def _check_setting(self, key: str, name: str, setting: Setting, scalar: Scalar) -> None:
        value = self._templates.tried(setting)
        axis = self._axes[name] if self._axes is not None else None
        if key == "drift":
            if isinstance(value, str) and "{{" not in scalar.text:
                self._findings.error(scalar.spot, "wrong-type", f"'{name}' drifts by a number, not by {shape(scalar)}")
            elif axis is not None and axis.labels:
                self._findings.error(scalar.spot, "axis-value", f"the axis '{name}' is a word and cannot drift")
        elif axis is not None and value is not None and (found := misfit(name, value, axis)):
            self._findings.error(scalar.spot, *found)

    def _travel(self, fields: Fields) -> Travel:
        node = fields.node("move")
        move = open_block(node, "move", self._findings) if node is not None else None
        if move is None:
            return Travel()
        over = move.number("over", 0.0, MAX_SECONDS)
        path = move.one_of("path", PATHS)
        if path == "via" and "via" not in move:
            self._findings.error(
                move.key_spot("path"), "missing-key", "the path is via, but nothing is passed", "add `via:`"
            )
        if "via" in move and path not in (None, "via"):
            self._findings.error(move.key_spot("via"), "unknown-key", f"a {path} path passes nothing", "path: via")
        return Travel(
            duration_s=Travel().duration_s if over is None else over,
            easing=move.one_of("easing", EASINGS) or Travel().easing,
            path=path or ("via" if "via" in move else "direct"),
            via=tuple(self._settings(move, "via")),
        )

    def _effects(self, fields: Fields) -> tuple[Effect, ...]:
        effects = []
        for pair in fields.pairs("set", "a map of variables and values"):
            variable = self._variables.get(pair.key.text)
            if variable is None:
                hint = did_you_mean(pair.key.text, self._variables, "define it below `vars`")
                message = f"there is no variable '{pair.key.text}'"
                self._findings.error(pair.key.spot, "undefined-variable", message, hint)
            else:
                effects.append(Effect(variable.name, self._templates.value(pair.value, variable)))
        return tuple(effects)

    def _speeches(self, fields: Fields, scene: str) -> list[Speech]:
        speeches = []
        for number, node in enumerate(fields.items("say") or (), start=1):
            line_id, who, text = self._speech(fields, node)
            if text is None:
                continue
            if line_id is not None:
                self._unique(line_id, "line", self._line_ids)
            check_line(text.spot, text.text, self._findings)
            speeches.append(Speech(line_id.text if line_id else f"{scene}.{number}", self._templates.text(text), who))
        return speeches

    def _speech(self, fields: Fields, node: Node) -> tuple[Scalar | None, str | None, Scalar | None]:
        """A line's id, speaker and text, from any of its three forms."""
        if isinstance(node, Scalar):
            return None, None, fields.text_of(node, "say")
        if isinstance(node, Table) and len(node.pairs) == 1 and node.pairs[0].key.text in self._cast:
            pair = node.pairs[0]
            return None, pair.key.text, fields.text_of(pair.value, pair.key.text)
        if isinstance(node, Table) and len(node.pairs) == 1 and node.pairs[0].key.text not in ("id", "who", "text"):
            self._unknown_speaker(node.pairs[0].key)
            return None, None, None
        line = open_block(node, "line", self._findings)
        if line is None:
            return None, None, None
        if "text" not in line:
            self._findings.error(line.spot, "missing-key", "the line has no text")
        who = line.text("who")
        if who is not None and who.text not in self._cast:
            self._unknown_speaker(who)
        return line.identifier("id"), who.text if who else None, line.text("text")

    def _unknown_speaker(self, scalar: Scalar) -> None:
        hint = did_you_mean(scalar.text, self._cast, "add it to `cast`")
        self._findings.error(scalar.spot, "unknown-speaker", f"nobody in the cast is called '{scalar.text}'", hint)

    def _question(self, fields: Fields) -> Question | None:
        node = fields.node("ask")
        ask = open_block(node, "ask", self._findings) if node is not None else None
        if ask is None:
            return None
        answers: dict[str, Answer] = {}
        ids: dict[str, Spot] = {}
        nodes = ask.items("choices") or ()
        if "choices" not in ask:
            self._findings.error(ask.spot, "missing-key", "the question has no choices", "add `choices:`")
        if len(nodes) > MAX_CHOICES:
            self._findings.error(nodes[MAX_CHOICES].spot, "too-long", f"a question has at most {MAX_CHOICES} choices")
        for choice_node in nodes:
            answer = self._answer(choice_node, ids, falls_back="goto" in fields)
            if answer is not None:
                answers[answer.id] = answer
        timer = ask.number("timer", 0.5, MAX_SECONDS)
        default = ask.text("default")
        if default is not None and default.text not in ids:
            message = f"the default '{default.text}' is none of the choices"
            self._findings.error(default.spot, "unknown-choice", message, did_you_mean(default.text, ids))
        if "timer" in ask and "default" not in ask:
            message = "the timer has no default; when it runs out the first choice that can be taken is taken"
            self._findings.warning(ask.key_spot("timer"), "no-default", message, "add `default:`")
        prompt = self._text(ask, "prompt")
        if timer is not None:
            labels = [answer.label.source for answer in answers.values()]
            check_timer(ask.key_spot("timer"), float(timer), [prompt.source, *labels], self._findings)
        return Question(
            prompt,
            tuple(answers.values()),
            None if timer is None else float(timer),
            default.text if default else None,
            self._voting(ask),
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

    def _answer(self, node: Node, ids: dict[str, Spot], falls_back: bool) -> Answer | None:
        fields = open_block(node, "choice", self._findings)
        if fields is None:
            return None
        name = fields.identifier("id")
        for key in ("id", "label"):
            if key not in fields:
                self._findings.error(fields.spot, "missing-key", f"the choice has no {key}")
        if name is not None:
            self._unique(name, "choice", ids)
        if "goto" not in fields and not falls_back:
            hint = "add `goto:` to the choice, or to the scene for every choice without one"
            self._findings.error(fields.spot, "choice-without-goto", "the choice leads nowhere", hint)
        when = fields.node("when")
        answer = Answer(
            id=name.text if name else "",
            label=self._text(fields, "label"),
            when=self._templates.condition(when, "when") if when is not None else None,
            once=fields.flag("once"),
            effects=self._effects(fields),
            branches=self._branches(fields),
        )
        return answer if name else None

    def _branches(self, fields: Fields) -> tuple[Branch, ...]:
        node = fields.node("goto")
        if node is None:
            return ()
        if not isinstance(node, Items):
            return (Branch(self._scene_id(node)),)
        branches: list[Branch] = []
        for item in fields.items("goto") or ():
            if branches and branches[-1].when is None:
                message = "this is never reached: the branch before it has no condition"
                self._findings.warning(item.spot, "unreachable-branch", message)
            branches.append(self._branch(item))
        if branches and branches[-1].when is not None:
            self._findings.error(
                node.items[-1].spot,
                "may-be-stuck",
                "when none of these conditions holds there is no way on",
                "end the list with a scene without `when`",
            )
        return tuple(branches)

    def _branch(self, node: Node) -> Branch:
        if isinstance(node, Scalar):
            return Branch(self._scene_id(node))
        branch = open_block(node, "branch", self._findings)
        if branch is None:
            return Branch("")
        target, when = branch.node("goto"), branch.node("when")
        if target is None:
            self._findings.error(branch.spot, "missing-key", "the branch has no goto")
        condition: Expression | None = self._templates.condition(when, "when") if when is not None else None
        return Branch(self._scene_id(target) if target is not None else "", condition)

    def _scene_id(self, node: Node) -> str:
        if not isinstance(node, Scalar) or node.value is None:
            self._findings.error(node.spot, "wrong-type", f"'goto' is the id of a scene, not {shape(node)}")
            return ""
        if node.text in self._scenes:
            return node.text
        if "{{" in node.text:
            hint = "write a list of `{when, goto}`: the first that holds is taken"
            self._findings.error(node.spot, "wrong-type", "'goto' cannot have a template", hint)
        else:
            hint = did_you_mean(node.text, self._scenes)
            self._findings.error(node.spot, "unknown-scene", f"there is no scene '{node.text[:70]}'", hint)
        return ""

    def _close(self, fields: Fields, scene: Scalar) -> Close | None:
        """An ending; without an id of its own it has its scene's."""
        node = fields.node("ending")
        if node is None:
            return None
        if not isinstance(node, Table):
            title = fields.text_of(node, "ending")
            self._unique(scene, "ending", self._ending_ids)
            return Close(scene.text, self._templates.text(title)) if title else None
        ending = open_block(node, "ending", self._findings)
        if ending is None:
            return None
        name = ending.identifier("id") or scene
        self._unique(name, "ending", self._ending_ids)
        if "title" not in ending:
            self._findings.error(ending.spot, "missing-key", "the ending has no title")
        return Close(name.text, self._text(ending, "title"))

    def _text(self, fields: Fields, key: str) -> Text:
        scalar = fields.text(key)
        return self._templates.text(scalar) if scalar else Text("")

    def _unique(self, scalar: Scalar, kind: str, seen: dict[str, Spot]) -> None:
        first = seen.setdefault(scalar.text, scalar.spot)
        if first != scalar.spot:
            message = f"the {kind} id '{scalar.text}' is given twice; first in line {first.line}"
            self._findings.error(scalar.spot, "duplicate-id", message)
