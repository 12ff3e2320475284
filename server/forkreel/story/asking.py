"""`Asking`: the question of a scene as it stands now: what is on offer, and where its controls are."""

from __future__ import annotations

from forkreel.story.codegen import Scope
from forkreel.story.likeness import nearest, words_alike
from forkreel.story.moment import Ask, Choice, Control, Option, Slider, Swatches, TextField, Topic
from forkreel.story.scene import Answer, Dial, Reply, Talk
from forkreel.story.state import Draft, State
from forkreel.story.story import Story


class Asking:
    """The question of the scene that `state` is in, with its templates worked out in `names`."""

    def __init__(self, story: Story, state: State | Draft, names: Scope) -> None:
        self._story = story
        self._state = state
        self._names = names
        self._question = story.scenes[state.scene].question

    def open_to(self, answer: Answer | Reply) -> bool:
        """Whether this answer can be given now. Raises `Fault`."""
        if isinstance(answer, Answer) and answer.once and f"{self._state.scene}.{answer.id}" in self._state.chosen:
            return False
        return answer.when is None or bool(answer.when.evaluate(self._names))

    def ask(self, number: int) -> Ask | None:
        """The question as it stands now, or None when nothing of it can be answered: the scene then goes on by itself.

        Raises `Fault`.
        """
        question, state, names = self._question, self._state, self._names
        if question is None:
            return None
        choices: list[Choice] = []
        available: list[str] = []
        for answer in question.offered:
            is_open = answer.when is None or bool(answer.when.evaluate(names))
            if answer.once and f"{state.scene}.{answer.id}" in state.chosen:
                is_open = False
            choice = answer.choice(is_open, names)
            if is_open:
                available.append(answer.id)
            if is_open or not answer.hidden:
                choices.append(choice)
        if not available and not question.listens:
            return None
        default = question.default if question.default in available else None
        if default is None and question.timer_s is not None:
            default = available[0] if available else None
        return Ask(
            f"{state.scene}.{number}",
            question.prompt.render(names),
            tuple(choices),
            question.timer_s if default is not None else None,
            default,
            question.voting,
            self._controls() if question.dials or question.listens else (),
            self._topics(question.talk) if question.talk is not None else (),
            question.talk.threshold if question.talk is not None else 0.0,
            question.show_after_s,
            question.finish_line_first,
            question.previews,
        )

    def _controls(self) -> tuple[Control, ...]:
        question, names = self._question, self._names
        assert question is not None, "a question is asked"
        controls: list[Control] = [self._control(dial) for dial in question.dials]
        if (entry := question.entry) is not None:
            variable = self._story.variables[entry.variable]
            held = str(self._state.variables[entry.variable])
            label, placeholder = entry.label.render(names), entry.placeholder.render(names)
            controls.append(TextField(entry.id, label, variable.max_length, placeholder, held))
        if (talk := question.talk) is not None:
            reply = self._state.reply
            typed = reply.text if reply is not None else ""
            examples = next((one.examples for one in talk.replies if reply and one.id == reply.answer), ())
            meant = examples[nearest(words_alike(typed, examples))] if examples else None
            label, placeholder = talk.label.render(names), talk.placeholder.render(names)
            controls.append(TextField(talk.id, label, talk.max_length, placeholder, typed, meant))
        return tuple(controls)

    def _control(self, dial: Dial) -> Control:
        label = dial.label.render(self._names)
        held: object = None
        if dial.variable is not None:
            held = self._state.variables[dial.variable]
        elif dial.axis is not None:
            held = self._state.steered.get(dial.axis, self._state.shot.axes.get(dial.axis))
        if dial.swatches:
            options = tuple(Option(one.value, one.label.render(self._names), one.colour) for one in dial.swatches)
            value = held if isinstance(held, int | float | str) and any(one.value == held for one in options) else None
            return Swatches(dial.id, label, options, value)
        value = float(held) if isinstance(held, int | float) else dial.low
        return Slider(dial.id, label, dial.low, dial.high, dial.step, min(max(value, dial.low), dial.high))

    def _topics(self, talk: Talk) -> tuple[Topic, ...]:
        return tuple(Topic(one.id, one.examples) for one in talk.replies if self.open_to(one))
