import pytest

from tests.story.conftest import Checked, Told

END = "scenes: {a: {ending: x}}\n"


def found(report: object) -> list[tuple[str, int, int]]:
    return [(one.code, one.spot.line, one.spot.column) for one in report.errors]  # type: ignore[attr-defined]


def test_words_that_older_yaml_takes_for_booleans_are_words(told: Told) -> None:
    story = told("story: no\nscenes:\n  on: {goto: off}\n  off: {ending: yes}\n")
    assert story.title == "no"
    assert list(story.scenes) == ["on", "off"]
    assert story.endings[0].title == "yes"


def test_an_anchor_can_be_given_anew(told: Told) -> None:  # found by damaging stories at random
    story = told("story: &x One\nscenes:\n  a: {say: [&x Two, *x], ending: Home}\n")
    assert [speech.text.source for speech in story.scenes["a"].speeches] == ["Two", "Two"]


@pytest.mark.parametrize(
    ("text", "code", "spot"),
    [
        ("story: x\nstory: y\n" + END, "duplicate-key", (2, 1)),
        ("story: {{ title }}\n" + END, "missing-quotes", (1, 8)),
        ("story: {{ title }} rest\n" + END, "missing-quotes", (1, 8)),
        ("story: a: b\n" + END, "yaml-syntax", (1, 9)),
        ("story: @x\n" + END, "yaml-syntax", (1, 8)),
        ("story: 'x\n" + END, "yaml-syntax", (1, 8)),
        ("story: x\n\t" + END, "yaml-syntax", (2, 1)),
        ("story: x\nscenes: {a: {ending: x}\n", "yaml-syntax", (3, 1)),
        ("story: *nobody\n" + END, "yaml-syntax", (1, 8)),
        ("story: x\n" + END + "---\nstory: y\n", "yaml-syntax", (3, 1)),
        ("%YAML 1.1\n---\nstory: x\n" + END, "yaml-version", (1, 1)),
        ("story: !!python/name:os.system x\n" + END, "yaml-tag", (1, 8)),
        ("story: x\n? [a, b]\n: c\n" + END, "wrong-type", (2, 3)),
        ("story: x\ncast: &c {a: A}\nvars: {<<: *c}\n" + END, "yaml-merge", (3, 8)),
        ("story: &a [*a]\n" + END, "alias-bomb", (1, 8)),
        ("story: " + "[" * 20 + "]" * 20 + "\n" + END, "too-deep", (1, 24)),
        ("story: " + "[" * 5000 + "\n" + END, "too-deep", (1, 41)),
        ("- a list\n", "wrong-type", (1, 1)),
        ("only a word\n", "wrong-type", (1, 1)),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused_with_its_place(
    checked: Checked, text: str, code: str, spot: tuple[int, int]
) -> None:
    assert (code, *spot) in found(checked(text))


def test_an_alias_bomb_is_refused(checked: Checked) -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    rows += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    report = checked("\n".join(rows) + "\n")
    assert "alias-bomb" in [one.code for one in report.errors]


def test_a_slip_of_syntax_hides_no_other(checked: Checked) -> None:
    report = checked("""
        story: Well: well
        verzion: 1
        scenes:
          a:
            say:
              - {{ coins }} left
              - Look: here: and there
            promt: x
            goto: b
        """)
    assert found(report) == [
        ("yaml-syntax", 1, 12),
        ("unknown-key", 2, 1),
        ("missing-quotes", 6, 9),
        ("undefined-variable", 6, 12),
        ("yaml-syntax", 7, 19),
        ("unknown-key", 8, 5),
        ("unknown-scene", 9, 11),
    ]


def test_every_duplicate_is_reported(checked: Checked) -> None:
    report = checked("story: x\nstory: y\nscenes: {a: {ending: x, ending: y}, a: {goto: a}}\n")
    assert [one.code for one in report.errors] == ["duplicate-key"] * 3
    assert "first in line 1" in report.errors[0].message
