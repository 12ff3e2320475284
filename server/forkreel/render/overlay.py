"""Overlays: what the page lays over the picture, as pictures of their own with a transparent ground, for editors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from forkreel.stage.messages import AskMessage, Caption

_INK, _SOFT, _GROUND = (255, 255, 255, 255), (255, 255, 255, 150), (10, 12, 18, 176)
_WIDEST = 0.72  # of the picture's width


class Overlays:
    """Draws for pictures of `size`, in the player's typeface and its `accent` (`#rrggbb`)."""

    def __init__(self, size: tuple[int, int], fonts: Path, accent: str | None) -> None:
        self._size = size
        self._unit = size[1] / 100
        self._accent = accent or "#f2a35e"
        self._font = fonts / "jost-latin.woff2"

    def caption(self, caption: Caption) -> Image.Image:
        """A line with who says it, where the page has it."""
        draw, picture = self._empty()
        lines = self._wrapped(draw, caption.text, 4.4, _WIDEST)
        rows = [(caption.who.upper(), 2.6, self._accent)] if caption.who else []
        self._box(draw, [*rows, *((line, 4.4, _INK) for line in lines)], bottom=91)
        return picture

    def ask(self, ask: AskMessage) -> Image.Image:
        """A question with its choices as buttons; those that cannot be taken are faint."""
        draw, picture = self._empty()
        unit, top = self._unit, 86 * self._unit
        font = self._type(3.4)
        widths = [draw.textlength(choice.label, font) + 5 * unit for choice in ask.choices]
        rows: list[list[int]] = [[]]
        for n, width in enumerate(widths):
            taken = sum(widths[k] + 2 * unit for k in rows[-1])
            if rows[-1] and taken + width > 0.9 * self._size[0]:
                rows.append([])
            rows[-1].append(n)
        top -= (len(rows) - 1) * 9 * unit
        if ask.prompt:
            lines = self._wrapped(draw, ask.prompt, 4.0, _WIDEST)
            self._box(draw, [(line, 4.0, _INK) for line in lines], bottom=top / unit - 3)
        for row in rows if ask.choices else []:
            x = (self._size[0] - sum(widths[n] for n in row) - 2 * unit * (len(row) - 1)) / 2
            for n in row:
                choice = ask.choices[n]
                box = (x, top, x + widths[n], top + 7 * unit)
                outline = self._accent if choice.available else _SOFT
                draw.rounded_rectangle(box, 3.5 * unit, _GROUND, outline, max(1, round(0.3 * unit)))
                middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
                draw.text(middle, choice.label, _INK if choice.available else _SOFT, font, anchor="mm")
                x += widths[n] + 2 * unit
            top += 9 * unit
        return picture

    def title(self, title: str, below: str = "") -> Image.Image:
        """A title in the middle, with a smaller line below it."""
        draw, picture = self._empty()
        rows = [(line, 8.0, _INK) for line in self._wrapped(draw, title, 8.0, _WIDEST)]
        self._box(draw, [*rows, *([(below, 3.4, self._accent)] if below else [])], bottom=58)
        return picture

    def _empty(self) -> tuple[ImageDraw.ImageDraw, Image.Image]:
        picture = Image.new("RGBA", self._size, (0, 0, 0, 0))
        return ImageDraw.Draw(picture), picture

    def _type(self, height: float) -> ImageFont.FreeTypeFont:
        font = ImageFont.truetype(self._font, max(6, round(height * self._unit)))
        font.set_variation_by_axes([500])
        return font

    def _wrapped(self, draw: ImageDraw.ImageDraw, text: str, height: float, width: float) -> list[str]:
        """The text in lines of about the same length, none wider than `width` of the picture."""
        font, words = self._type(height), text.split()
        count = max(1, -int(-draw.textlength(text, font) // (width * self._size[0])))
        aim = draw.textlength(text, font) / count * 1.08
        lines = [""]
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and draw.textlength(longer, font) > aim:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _box(
        self, draw: ImageDraw.ImageDraw, rows: Sequence[tuple[str, float, str | tuple[int, ...]]], bottom: float
    ) -> None:
        """Rows of (text, height, colour) in a dark rounded box in the middle that ends at `bottom`, in hundredths of
        the height."""
        unit = self._unit
        fonts = [self._type(height) for _, height, _ in rows]
        width = max(draw.textlength(text, font) for (text, _, _), font in zip(rows, fonts, strict=True))
        tall = sum(1.3 * height for _, height, _ in rows) * unit
        x, y = self._size[0] / 2, bottom * unit - tall
        box = (x - width / 2 - 3 * unit, y - 1.6 * unit, x + width / 2 + 3 * unit, y + tall + 1.6 * unit)
        draw.rounded_rectangle(box, 2 * unit, _GROUND)
        for (text, height, colour), font in zip(rows, fonts, strict=True):
            draw.text((x, y + 0.65 * height * unit), text, colour, font, anchor="mm")
            y += 1.3 * height * unit
