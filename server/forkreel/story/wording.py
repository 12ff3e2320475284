"""Every text of a story that a viewer reads, by a key that stays when the text changes; and the story in other words.

Prompts of pictures are none of them: they are the model's, and stay in its language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from forkreel.errors import StoryError
from forkreel.story.scene import Dial, Question, Scene, Speech
from forkreel.story.story import Story
from forkreel.story.template import Text

Word = Callable[[str, Text], Text]
"""From a key and the text there to the text that takes its place."""

_PLAIN = ("story", "cast.", "example.")


def templated(key: str) -> bool:
    """Whether a text with this key may have `{{ ... }}` in it."""
    return not key.startswith(_PLAIN)


def wordings(story: Story) -> dict[str, Text]:
    """Every text by its key, in the order of the file; empty ones are left out."""
    found: dict[str, Text] = {}

    def note(key: str, text: Text) -> Text:
        found[key] = text
        return text

    reworded(story, note)
    return found


def reworded(story: Story, word: Word) -> Story:
    """The story with each of its texts as `word` gives it."""
    wording = _Wording(word)
    return replace(
        story,
        title=wording.plain("story", story.title),
        cast=MappingProxyType({name: wording.plain(f"cast.{name}", shown) for name, shown in story.cast.items()}),
        scenes=MappingProxyType({name: wording.scene(scene) for name, scene in story.scenes.items()}),
    )


def in_language(story: Story, language: str | None) -> Story:
    """The story in one of its languages, None as it is written; what is not translated stays as it is.

    Raises `StoryError` for a language that it does not have.
    """
    if language is None or language == story.language:
        return story
    told = story.translations.get(language)
    if told is None:
        raise StoryError(f"'{story.name}' is not told in '{language[:40]}'; there is: {', '.join(story.languages)}")
    return replace(reworded(story, lambda key, text: told.get(key, text)), language=language)


class _Wording:
    def __init__(self, word: Word) -> None:
        self._word = word

    def plain(self, key: str, text: str) -> str:
        return self.text(key, Text(text)).source

    def text(self, key: str, text: Text) -> Text:
        return self._word(key, text) if text.source.strip() else text

    def scene(self, scene: Scene) -> Scene:
        close, question = scene.close, scene.question
        return replace(
            scene,
            speeches=self._speeches(scene.speeches),
            question=None if question is None else self._question(question, scene.id),
            close=None if close is None else replace(close, title=self.text(f"ending.{close.id}", close.title)),
        )

    def _speeches(self, speeches: tuple[Speech, ...]) -> tuple[Speech, ...]:
        return tuple(replace(one, text=self.text(f"line.{one.id}", one.text)) for one in speeches)

    def _question(self, question: Question, scene: str) -> Question:
        prompt = self.text(f"ask.{scene}", question.prompt)
        answers = tuple(
            replace(
                one,
                label=self.text(f"choice.{scene}.{one.id}", one.label),
                speeches=self._speeches(one.speeches),
            )
            for one in question.answers
        )
        dials = tuple(self._dial(one, scene) for one in question.dials)
        entry, talk = question.entry, question.talk
        if entry is not None:
            entry = replace(
                entry,
                label=self.text(f"input.{scene}", entry.label),
                placeholder=self.text(f"input.{scene}.placeholder", entry.placeholder),
            )
        if talk is not None:
            talk = replace(
                talk,
                label=self.text(f"questions.{scene}", talk.label),
                placeholder=self.text(f"questions.{scene}.placeholder", talk.placeholder),
                replies=tuple(
                    replace(
                        one,
                        examples=tuple(
                            self.plain(f"example.{scene}.{one.id}.{number}", example)
                            for number, example in enumerate(one.examples, start=1)
                        ),
                        speeches=self._speeches(one.speeches),
                    )
                    for one in talk.replies
                ),
                fallback=self._speeches(talk.fallback),
            )
        return replace(question, prompt=prompt, answers=answers, dials=dials, entry=entry, talk=talk)

    def _dial(self, dial: Dial, scene: str) -> Dial:
        return replace(
            dial,
            label=self.text(f"control.{scene}.{dial.id}", dial.label),
            swatches=tuple(
                replace(one, label=self.text(f"option.{scene}.{dial.id}.{one.value}", one.label))
                for one in dial.swatches
            ),
        )
