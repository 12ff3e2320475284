import pytest

from forkreel.story.moment import Cue
from forkreel.story.playthrough import Playthrough
from tests.story.conftest import Checked, Told


def test_a_moment_carries_its_cues_and_its_mood(told: Told) -> None:
    story = told(
        """
        story: x
        scenes:
          a: {sfx: [knock, {sound: door, at: 1.5}, {sound: bell}], mood: tense, ending: x}
        """
    )
    moment = Playthrough.start(story).moment
    assert moment.cues == (Cue("knock"), Cue("door", 1.5), Cue("bell"))
    assert moment.mood == "tense"


@pytest.mark.parametrize(
    ("scene", "code"),
    [
        ("sfx: bell", "wrong-type"),
        ("sfx: [bll]", "unknown-word"),
        ("sfx: [{sound: bll}]", "unknown-word"),
        ("sfx: [{at: 1}]", "missing-key"),
        ("sfx: [{sound: bell, at: -1}]", "out-of-range"),
        ("sfx: [[bell]]", "wrong-type"),
        ("mood: happy", "unknown-word"),
    ],
)
def test_a_cue_that_cannot_be_played_is_told(checked: Checked, scene: str, code: str) -> None:
    report = checked(f"story: x\nscenes:\n  a:\n    {scene}\n    ending: x\n")
    assert [diagnostic.code for diagnostic in report.diagnostics] == [code]


def test_an_unknown_mouth_and_a_voice_out_of_range_are_told(checked: Checked) -> None:
    text = "story: x\ncast: {fox: {mouth: moth, voice: {pitch: 40}}}\nscenes: {a: {ending: x}}\n"
    assert {diagnostic.code for diagnostic in checked(text).diagnostics} >= {"out-of-range"}
