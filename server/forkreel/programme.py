"""The programme: what the library shows of each story, with its poster, the accent colour in it, and its length."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.errors import ForkreelError
from forkreel.model.protocol import Model
from forkreel.sound.timing import standing_time_s
from forkreel.story import Playthrough, Story, in_language
from forkreel.story.walks import walk
from forkreel.web.theatre import Card

logger = logging.getLogger(__name__)

SIZES = {"large": (1280, 720), "small": (640, 360)}
_QUALITY = {"large": 74, "small": 55}  # the small one stands dimmed behind a title
_WALKS = 24
_THINKING_S = 5.0  # at each question
_ACCENT = (0.77, 0.155)  # lightness and chroma that read on night and, darkened, on paper
_COLOURFUL = 0.06  # chroma below which a pixel is grey


class Programme:
    """The cards of all stories, in the order in which they were given, and their posters.

    Posters come later than the cards: those that ship when `hang` is called, the others painted by a model.
    """

    def __init__(self, stories: Mapping[str, Story], static: Path) -> None:
        self._stories = dict(stories)
        self.cards = tuple(_card(story) for story in stories.values())
        self._folder = static / "posters"
        self._posters: dict[tuple[str, str], bytes] = {}

    def poster(self, name: str, size: str) -> bytes:
        """A story's poster, as WebP; KeyError where there is none (yet)."""
        return self._posters[name, size]

    def hang(self) -> None:
        """Read the posters that ship as `static/posters/NAME.jpg`. Takes a moment: call it in a thread."""
        for name in self._stories:
            path = self._folder / f"{name}.jpg"
            if path.is_file():
                with Image.open(path) as picture:
                    self._hang(name, picture.convert("RGB"))

    def revise(self, story: Story) -> None:
        """Put the story on the programme as it is now, with the poster that it had; takes a moment too."""
        self._stories[story.name] = story
        fresh = _card(story)
        if all(card.name != story.name for card in self.cards):
            self.cards = (*self.cards, fresh)
        self.cards = tuple(
            replace(fresh, poster=card.poster, thumbnail=card.thumbnail, accent=card.accent)
            if card.name == story.name
            else card
            for card in self.cards
        )

    def paint(self, model: Model) -> None:
        """Have the model paint the opening shot of each story that still has no poster; in a thread too."""
        for card in self.cards:
            if card.poster is None:
                try:
                    self._hang(card.name, Image.fromarray(_opening(self._stories[card.name], model)))
                except ForkreelError as error:
                    logger.warning("%s gets no poster: %s", card.name, error)

    def _hang(self, name: str, picture: Image.Image) -> None:
        for size, (width, height) in SIZES.items():
            written = io.BytesIO()
            picture.resize((width, height), Image.Resampling.LANCZOS).save(written, "WEBP", quality=_QUALITY[size])
            self._posters[name, size] = written.getvalue()
        accent = accent_of(np.asarray(picture.resize((64, 36), Image.Resampling.BOX)))
        self.cards = tuple(
            replace(card, poster=f"/posters/{name}/large.webp", thumbnail=f"/posters/{name}/small.webp", accent=accent)
            if card.name == name
            else card
            for card in self.cards
        )


def _card(story: Story) -> Card:
    scenes, endings = len(story.scenes), len(story.endings)
    titles = {language: in_language(story, language).title for language in story.languages}
    return Card(story.name, story.title, None, None, None, scenes, endings, minutes(story), titles)


def minutes(story: Story) -> int:
    """How long a viewer sits before an ending: the mean of random walks, at the pace of captions; at least 1."""
    walks = walk(story, _WALKS)
    spoken = {
        speech.id: standing_time_s(speech.text.source) for scene in story.scenes.values() for speech in scene.speeches
    }
    heard_s = sum(spoken.get(line, 0.0) * times for line, times in walks.lines.items())
    chosen = sum(walks.choices.values())
    return max(1, round((heard_s + chosen * _THINKING_S) / _WALKS / 60))


def accent_of(pixels: NDArray[np.uint8]) -> str | None:
    """The colour that stands out of a picture, as `#rrggbb` of a lightness that fits the player; None for a grey one.

    `pixels` is `(height, width, 3)` uint8 RGB. What stands out is strong and unlike the rest: the fox, not the sky.
    """
    colours = _oklab(pixels.reshape(-1, 3) / 255.0)[:, 1:]  # (n, 2)
    chroma = np.hypot(*colours.T)
    strange = np.hypot(*(colours - colours.mean(axis=0)).T)
    outstanding = np.argsort(chroma * strange, kind="stable")[-max(1, len(chroma) // 100) :]
    if chroma[outstanding].mean() < _COLOURFUL:
        return None
    a, b = colours[outstanding].mean(axis=0)
    hue = np.arctan2(b, a)
    lightness, most = _ACCENT
    rgb = _srgb(np.array([lightness, most * np.cos(hue), most * np.sin(hue)]))
    return "#" + "".join(f"{round(255 * float(channel)):02x}" for channel in rgb)


def _opening(story: Story, model: Model) -> NDArray[np.uint8]:
    """The first frame of a story: `(height, width, 3)` uint8 RGB."""
    playthrough = Playthrough.start(story, None)
    shot, known = playthrough.moment.shot, {axis.name for axis in model.space.axes}
    axes = {name: value for name, value in shot.axes.items() if name in known}
    take = model.take(None)
    try:
        picture: NDArray[np.uint8] = take.paint([model.point(shot.prompt, axes, playthrough.seed)])[0]
    finally:
        take.close()
    return picture


# OKLab, by Bjorn Ottosson: https://bottosson.github.io/posts/oklab/
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _oklab(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB 0 to 1 as OKLab, `(n, 3)` both."""
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def _srgb(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """One OKLab colour as sRGB 0 to 1, `(3,)` both; what lies outside is clipped."""
    linear = np.clip(np.linalg.inv(_TO_LMS) @ (np.linalg.inv(_TO_LAB) @ lab) ** 3, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
