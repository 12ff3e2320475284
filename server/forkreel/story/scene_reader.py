"""From a scene's node to a `Scene`: every key of it read, checked and compiled."""

from __future__ import annotations

from forkreel.story.ask_reader import AskReader
from forkreel.story.clips import read_clips
from forkreel.story.cues import read_cues
from forkreel.story.diagnostic import Findings, Spot
from forkreel.story.document import Pair, Scalar, Table
from forkreel.story.fields import MAX_SECONDS, Fields, open_block
from forkreel.story.language import EASINGS, MOODS, PATHS
from forkreel.story.moment import Motion
from forkreel.story.parts_reader import PartsReader, former_names
from forkreel.story.scene import HOLD_S, Close, Picture, Scene, Travel

_STILL = ("prompt", "axes", "drift", "hold")  # a scene with none of them keeps the picture


class SceneReader:
    """Reads the scenes of one story; what must be unique in the whole story is remembered from scene to scene."""

    def __init__(self, findings: Findings, parts: PartsReader) -> None:
        self._findings = findings
        self._parts = parts
        self._asks = AskReader(findings, parts)
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
            effects=self._parts.effects(fields),
            speeches=self._parts.speeches(fields, name),
            cues=tuple(read_cues(fields, self._findings)),
            clips=tuple(read_clips(fields, self._findings)),
            mood=fields.one_of("mood", MOODS),
            question=self._asks.question(fields, name),
            branches=self._parts.branches(fields),
            close=self._close(fields, pair.key),
            final=not self._parts.takes_back(fields),
            once_called=former_names(fields),
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
        question = scene.question
        if question is None:
            return
        if not question.leads_on and (question.listens or (question.answers and "goto" not in fields)):
            error(
                fields.key_spot("ask"),
                "may-be-stuck",
                f"whatever '{scene.id}' is answered with, it asks again",
                "give an answer, the input or a choice a `goto`",
            )
        if "goto" in fields or question.listens:
            return
        if question.answers and all(answer.may_be_unavailable for answer in question.answers):
            error(
                fields.key_spot("ask"),
                "may-be-stuck",
                f"every choice of '{scene.id}' can be unavailable, and then there is no way on",
                "add a choice without `when` and `once`, one with `fallback: true`, or a `goto` for the scene",
            )

    def _picture(self, fields: Fields) -> Picture | None:
        if not any(key in fields for key in _STILL):
            return None
        node = fields.node("hold")
        hold = open_block(node, "hold", self._findings) if node is not None else None
        over = hold.number("over", 0.5, MAX_SECONDS) if hold is not None else None
        if hold is not None and "axes" not in hold:
            self._findings.error(hold.spot, "missing-key", "nothing sways: the hold has no axes", "axes: {pan: 0.01}")
        return Picture(
            self._parts.text(fields, "prompt"),
            tuple(self._parts.settings(fields, "axes")),
            tuple(self._parts.settings(fields, "drift")),
            tuple(self._parts.settings(hold, "axes", "hold")) if hold is not None else (),
            HOLD_S if over is None else over,
        )

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
        usual = Motion()
        motion = Motion(
            duration_s=usual.duration_s if over is None else over,
            easing=move.one_of("easing", EASINGS) or usual.easing,
            path=path or ("via" if "via" in move else "direct"),
        )
        return Travel(motion, tuple(self._parts.settings(move, "via")))

    def _close(self, fields: Fields, scene: Scalar) -> Close | None:
        """An ending; without an id of its own it has its scene's."""
        node = fields.node("ending")
        if node is None:
            return None
        if not isinstance(node, Table):
            title = fields.words_of(node, "ending")
            self._parts.unique(scene, "ending", self._ending_ids)
            return Close(scene.text, self._parts.templates.text(title)) if title else None
        ending = open_block(node, "ending", self._findings)
        if ending is None:
            return None
        name = ending.identifier("id") or scene
        self._parts.unique(name, "ending", self._ending_ids)
        if "title" not in ending:
            self._findings.error(ending.spot, "missing-key", "the ending has no title")
        return Close(name.text, self._parts.text(ending, "title"))
