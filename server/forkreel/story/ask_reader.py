"""From a scene's `ask` to a `Question`: its choices, and what can be typed in answer to it."""

from __future__ import annotations

from forkreel.story.control_reader import ControlReader
from forkreel.story.diagnostic import Findings, Spot, unknown
from forkreel.story.document import Node
from forkreel.story.fields import MAX_SECONDS, Fields, open_block
from forkreel.story.language import RULES, TALLIES, UNAVAILABLE
from forkreel.story.moment import Voting
from forkreel.story.parts_reader import PartsReader, former_names
from forkreel.story.readers import check_timer
from forkreel.story.scene import Answer, Entry, Question, Reply, Talk

MAX_CHOICES = 12
MAX_ANSWERS = 64
MAX_EXAMPLES = 32
MAX_QUORUM = 10_000
THRESHOLD = 0.45  # of the cosine between two sentences that mean about the same; see docs/writing-stories.md


class AskReader:
    """Reads the questions of one story."""

    def __init__(self, findings: Findings, parts: PartsReader) -> None:
        self._findings = findings
        self._parts = parts
        self._controls = ControlReader(findings, parts)

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
        offered = {answer.id for answer in answers if not answer.fallback}
        if default is not None and default.text not in offered:
            message = f"the default '{default.text}' is none of the choices"
            self._findings.error(default.spot, "unknown-choice", *unknown(message, default.text, offered))
        if "timer" in ask and "default" not in ask:
            message = "the timer has no default; when it runs out the first choice that can be taken is taken"
            self._findings.warning(ask.key_spot("timer"), "no-default", message, "add `default:`")
        prompt = self._parts.text(ask, "prompt")
        if timer is not None:
            labels = [answer.label.source for answer in answers]
            check_timer(ask.key_spot("timer"), float(timer), [prompt.source, *labels], self._findings)
        self._check_times(ask, answers, None if timer is None else float(timer), speaks="say" in fields)
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
            dials=self._controls.dials(ask, ids),
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
        nodes = self._controls.at_most(ask, "choices", MAX_CHOICES)
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
        name = self._controls.identifier(fields, "choice", ids, needed=True)
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
        shows, vanishes = self._seen(fields)
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
            show_after_s=shows,
            hide_after_s=vanishes,
        )
        return answer if name else None

    def _seen(self, fields: Fields) -> tuple[float, float | None]:
        """From when until when a choice is seen, in seconds after its question."""
        shows = fields.number("show_after", 0.0, MAX_SECONDS) or 0.0
        vanishes = fields.number("hide_after", 0.5, MAX_SECONDS)
        if vanishes is None:
            return float(shows), None
        spot = fields.key_spot("hide_after")
        if vanishes <= shows:
            message = f"the choice vanishes after {vanishes:g} s, and is only seen after {shows:g} s"
            hint = "both count from when the question is seen: let it vanish later"
            self._findings.error(spot, "out-of-range", message, hint)
        else:
            label = self._parts.text(fields, "label").source
            check_timer(spot, float(vanishes - shows), [label], self._findings, "the choice vanishes")
        return float(shows), float(vanishes)

    def _check_times(self, ask: Fields, answers: list[Answer], timer_s: float | None, speaks: bool) -> None:
        """What becomes of a question whose choices come and go while nobody answers."""
        shown = [answer for answer in answers if not answer.fallback]
        vanishing = [answer for answer in shown if answer.hide_after_s is not None]
        lasting = [answer for answer in shown if answer.hide_after_s is None and not answer.may_be_unavailable]
        if vanishing and not lasting and timer_s is None and not ("input" in ask or "questions" in ask):
            message = "every choice can vanish, and without a timer nothing is taken then: the question waits for ever"
            hint = "give the question `timer:` and `default:`, or one choice that can always be taken no `hide_after`"
            self._findings.error(ask.key_spot("choices"), "may-be-stuck", message, hint)
        for answer in shown:
            if timer_s is not None and not speaks and answer.show_after_s >= timer_s:
                seen = f"'{answer.id}' is seen after {answer.show_after_s:g} s"
                message = f"{seen}, and the timer runs out after {timer_s:g} s"
                self._findings.warning(ask.key_spot("timer"), "timer-too-short", message, "show it earlier")

    def _entry(self, ask: Fields, ids: dict[str, Spot]) -> Entry | None:
        node = ask.node("input")
        fields = open_block(node, "input", self._findings) if node is not None else None
        if fields is None:
            return None
        name = self._controls.identifier(fields, "input", ids, needed=False)
        if "var" not in fields:
            self._findings.error(fields.spot, "missing-key", "the input has no variable to fill", "var: name")
        variable = self._controls.variable(fields, ("text",))
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
        name = self._controls.identifier(fields, "field", ids, needed=False)
        for key in ("answers", "fallback"):
            if key not in fields:
                message = {"answers": "nothing can be answered", "fallback": "what is not understood gets no answer"}
                self._findings.error(
                    fields.spot, "missing-key", f"{message[key]}: there is no `{key}`", f"add `{key}:`"
                )
        threshold = fields.number("threshold", 0.0, 1.0)
        replies = [self._reply(one, ids, scene) for one in self._controls.at_most(fields, "answers", MAX_ANSWERS)]
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
        name = self._controls.identifier(fields, "answer", ids, needed=True)
        if "examples" not in fields:
            hint = "examples: [why is the sky blue, where does the blue come from]"
            self._findings.error(fields.spot, "missing-key", "the answer has no examples of what it answers", hint)
        scalars = [fields.text_of(one, "examples") for one in self._controls.at_most(fields, "examples", MAX_EXAMPLES)]
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
