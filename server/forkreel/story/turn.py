"""`Turn`: one event being worked out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forkreel.story.language import RETURN
from forkreel.story.scene import Branch, Effect
from forkreel.story.scope import PlayScope, shot
from forkreel.story.state import Draft, State
from forkreel.story.story import Story
from forkreel.story.template import Fault
from forkreel.story.variables import Unfit

MAX_CALLS = 32  # scenes that were called and have not come back


class Turn:
    """What an event changes, on a draft that is thrown away when it fails. Everything here raises `Fault`.

    `names` is what templates see, from now on of the draft.
    """

    __slots__ = ("_story", "draft", "names")

    def __init__(self, story: Story, state: State, names: PlayScope) -> None:
        self._story = story
        self.draft = Draft(state)
        self.names = names.of(self.draft)

    def affect(self, effects: Iterable[Effect], phase: str = "leave") -> None:
        """Variables change, one after the other: each effect sees what those before it did."""
        for number, effect in enumerate(effects):
            value = effect.value.evaluate(self.names.at(f"{phase}/{number}"))
            try:
                self.draft.variables[effect.variable] = self._changed(effect, value)
            except Unfit as unfit:
                raise Fault(f"{effect.value.where}: {unfit}") from unfit

    def _changed(self, effect: Effect, value: object) -> Any:
        variable = self._story.variables[effect.variable]
        if effect.change == "is":
            return variable.fit(value)
        words = [value] if isinstance(value, str) else value
        held = self.draft.variables[variable.name]
        assert isinstance(held, tuple), f"'{variable.name}' is a set"
        changed = variable.fit(words)
        assert isinstance(changed, tuple), f"'{variable.name}' is a set"
        if effect.change == "add":
            return variable.fit((*held, *changed))
        return tuple(word for word in held if word not in changed)

    def go(self, branches: Iterable[Branch]) -> None:
        """On by the first way that holds."""
        draft, names = self.draft, self.names.at("leave")
        for branch in branches:
            if branch.when is None or branch.when.evaluate(names):
                target = branch.goto
                if target == RETURN:
                    if not draft.calls:
                        raise Fault(f"the scene '{draft.scene}' returns, but nothing has called it")
                    target, draft.calls = draft.calls[-1], draft.calls[:-1]
                elif branch.then is not None:
                    if len(draft.calls) == MAX_CALLS:
                        raise Fault(f"the scene '{draft.scene}' calls, and {MAX_CALLS} calls have not come back")
                    draft.calls = (*draft.calls, branch.then)
                self.enter(target)
                return
        raise Fault(f"no way leads on from the scene '{draft.scene}'")

    def enter(self, name: str) -> None:
        """Into a scene: it is counted, its `set` done, its picture worked out."""
        self.draft.enter(name)
        scene = self._story.scenes[name]
        if scene.effects:
            self.affect(scene.effects, "enter")
        if scene.picture is not None:
            self.draft.shot = shot(scene.picture, self.names.at("picture"), {})

    def restage(self) -> None:
        """The picture is worked out anew: a variable that it shows may have changed."""
        draft, picture = self.draft, self._story.scenes[self.draft.scene].picture
        if picture is None:
            draft.shot = draft.shot._replace(axes={**draft.shot.axes, **draft.steered})
        else:
            draft.shot = shot(picture, self.names.at("picture"), draft.steered)


def entered(story: Story, state: State, scene: str, seed: int) -> State:
    """The state on entering a scene. Raises `Fault`."""
    turn = Turn(story, state, PlayScope(story, state, seed))
    turn.enter(scene)
    return turn.draft.state()
