"""The package of one telling: `film.mp4`, `sound.wav`, captions, stills, overlays, and `package.json` that says what is
what and when."""

from __future__ import annotations

import asyncio
import json
import re
import wave
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from forkreel.errors import RenderError
from forkreel.film import Film, Shown
from forkreel.programme import accent_of
from forkreel.render.captions import subrip, webvtt
from forkreel.render.overlay import Overlays
from forkreel.render.telling import Telling, Told
from forkreel.stage.messages import Caption, EndingMessage, MomentMessage
from forkreel.story import Story

RATE = 48_000
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: so many frames at so many a second, to the ending of that id."""

    folder: Path
    frames: int
    seconds: float
    ending: str | None


@dataclass
class _Package:
    """What is known of the files so far."""

    stills: list[dict[str, Any]] = field(default_factory=list)
    overlays: list[dict[str, Any]] = field(default_factory=list)
    picks: list[dict[str, Any]] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    ending: EndingMessage | None = None
    frames: int = 0


def write(story: Story, telling: Telling, folder: Path, fonts: Path, fps: int, about: dict[str, Any]) -> Rendered:
    """Tell the story into `folder`, which is made; `about` is what `package.json` says besides (model, seed, ...).

    Raises `RenderError` where the folder has something in it or cannot be written, and what `Telling.frames` raises;
    what was written until then stays.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RenderError(f"{folder} is not empty: name a new folder, so that nothing is written over")
        for name in ("stills", "overlays"):
            (folder / name).mkdir()
        package = asyncio.run(_told(story, telling, folder, fonts, fps))
        written = {
            "story": story.name, "title": story.title, "version": story.version, **about, "fps": fps,
            "width": telling.size[0], "height": telling.size[1], "frames": package.frames,
            "seconds": round(package.frames / fps, 3), "ending": None if package.ending is None else package.ending.id,
            "film": "film.mp4", "sound": "sound.wav", "captions": ["captions.vtt", "captions.srt"],
            "picks": package.picks, "stills": package.stills, "overlays": package.overlays,
        }  # fmt: skip
        (folder / "captions.vtt").write_text(webvtt(package.captions, fps), encoding="utf-8")
        (folder / "captions.srt").write_text(subrip(package.captions, fps), encoding="utf-8")
        (folder / "package.json").write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise RenderError(f"{folder} cannot be written: {error.strerror or error}") from error
    return Rendered(folder, package.frames, package.frames / fps, written["ending"])


async def _told(story: Story, telling: Telling, folder: Path, fonts: Path, fps: int) -> _Package:
    """Everything that is written frame by frame."""
    package = _Package()
    with ExitStack() as files:
        sound = files.enter_context(wave.open(str(folder / "sound.wav"), "wb"))
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        desk: _Desk | None = None
        frames = telling.frames()
        async with Film(folder / "film.mp4", fps) as film:
            while (told := await asyncio.to_thread(next, frames, None)) is not None:
                if desk is None:
                    overlays = Overlays(telling.size, fonts, accent_of(told.picture))
                    desk = _Desk(package, folder, overlays, story, fps)
                desk.see(told)
                sound.writeframes(told.pcm.astype("<i2").tobytes())
                await film.add(Shown(told.number, told.picture, told.pcm))
                package.frames += 1
        if desk is not None:
            desk.finish()
    return package


class _Desk:
    """Where stills and overlays are made while the film runs through."""

    def __init__(self, package: _Package, folder: Path, overlays: Overlays, story: Story, fps: int) -> None:
        self._package, self._folder, self._overlays, self._fps = package, folder, overlays, fps
        self._scene: str | None = None
        self._picture: NDArray[np.uint8] | None = None
        self._asked: dict[str, Any] | None = None
        self._poll: str | None = None
        self._ending: dict[str, Any] | None = None
        self._keep(overlays.title(story.title), "title", 0, round(3 * fps))

    def see(self, told: Told) -> None:
        """Takes note of a frame."""
        if told.pick is not None:
            self._package.picks.append({"frame": told.number, "pick": told.pick})
        if told.moment is not None:
            self._meet(told.moment, told.number)
        for caption in told.captions:
            self._package.captions.append(caption)
            self._keep(
                self._overlays.caption(caption), "caption", caption.start_frame, caption.end_frame, **_said(caption)
            )
        self._picture = told.picture

    def finish(self) -> None:
        """The last still, and where the last overlays end."""
        self._still()
        for open_one in (self._asked, self._ending):
            if open_one is not None:
                open_one["end_frame"] = self._package.frames

    def _meet(self, moment: MomentMessage, number: int) -> None:
        if moment.scene != self._scene:
            self._still()
            self._scene = moment.scene
        poll = None if moment.ask is None else moment.ask.poll
        if self._asked is not None and poll != self._poll:
            self._asked["end_frame"], self._asked = number, None
        if moment.ask is not None and poll != self._poll:
            start = max(number, moment.ask.shown_frame)
            self._asked = self._keep(
                self._overlays.ask(moment.ask), "ask", start, None,
                prompt=moment.ask.prompt, choices=[asdict(choice) for choice in moment.ask.choices],
            )  # fmt: skip
        self._poll = poll
        if moment.ending is not None and self._package.ending is None:
            self._package.ending = moment.ending
            title = moment.ending.title
            self._ending = self._keep(self._overlays.title(title, "An ending"), "ending", number, None, title=title)

    def _still(self) -> None:
        """The picture that a scene ended with: what moved has arrived, what was turned stands as it was left."""
        if self._picture is None or self._scene is None:
            return
        name = f"stills/{len(self._package.stills) + 1:03}-{_NOT_A_NAME.sub('-', self._scene)}.png"
        Image.fromarray(self._picture).save(self._folder / name)
        self._package.stills.append({"file": name, "scene": self._scene})

    def _keep(
        self, picture: Image.Image, kind: str, start_frame: int, end_frame: int | None, **more: Any
    ) -> dict[str, Any]:
        name = f"overlays/{len(self._package.overlays) + 1:03}-{kind}.png"
        picture.save(self._folder / name)
        entry = {"file": name, "kind": kind, "start_frame": start_frame, "end_frame": end_frame, **more}
        self._package.overlays.append(entry)
        return entry


def _said(caption: Caption) -> dict[str, str | None]:
    return {"who": caption.who, "text": caption.text}
