"""An order for a package: which story, told how; opens what it takes, tells it, and closes it all again."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from forkreel.app import load_stories, shipped
from forkreel.decoding import decode
from forkreel.model.protocol import Quality
from forkreel.model.registry import open_model
from forkreel.render.package import Rendered, write
from forkreel.render.telling import Telling
from forkreel.sound import Shelf, Studio, open_sound, open_voice
from forkreel.stage.comfort import Comfort
from forkreel.story import in_language
from forkreel.watch.picks import picks_of

FPS = 24
_PATIENCE_S = 60.0  # that a frame waits for its speech: nobody watches meanwhile


@dataclass(frozen=True, slots=True)
class Order:
    """How a story is told: `picks` as `forkreel watch` takes them, `seed` and `language` None for the story's own,
    `size` None for the model's own, no longer than `limit_s`."""

    picks: str = ""
    seed: int | None = None
    size: tuple[int, int] | None = None
    quality: Quality = "full"
    language: str | None = None
    model: str = "house"
    limit_s: float = 1800.0


def render(path: Path, order: Order, folder: Path) -> Rendered:
    """Tell the story in a file into a new folder.

    Raises `StoryError`, `ModelError` and `RenderError`, each a sentence.
    """

    def broken(error: Exception) -> None:
        raise error

    (story,) = load_stories([path], broken).values()
    story = in_language(story, order.language)
    seed = story.seed if order.seed is None else order.seed
    with ExitStack() as parts:
        model = parts.enter_context(closing(open_model(order.model, size=order.size, fps=FPS)))
        studio = parts.enter_context(closing(Studio(open_voice)))
        shelf = parts.enter_context(closing(Shelf(decode)))
        if model.name != "testcard":
            studio.start()
        sound = open_sound(model.name, story, seed, studio, FPS, shelf=shelf, patience_s=_PATIENCE_S)
        telling = Telling(
            story, model, sound, seed, picks=picks_of(order.picks), fps=FPS, size=order.size, quality=order.quality,
            comfort=Comfort(language=order.language), limit_s=order.limit_s,
        )  # fmt: skip
        parts.callback(telling.close)
        about = {
            "model": model.name, "seed": seed, "language": story.language, "quality": order.quality,
        }  # fmt: skip
        return write(story, telling, folder, shipped().static / "fonts", FPS, about)
