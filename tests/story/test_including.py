"""A story in more than one file: what is shared, and how files that cannot be included are told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkreel.story import load
from forkreel.story.check import check
from forkreel.story.moment import Advance, Line
from tests.story.conftest import feature, start

TALE = "story: x\ninclude: {include}\nscenes: {{a: {{goto: b}}}}\n"


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "tale.yaml"


def test_what_is_in_an_included_file_belongs_to_the_story() -> None:
    story = feature("whole/tale")
    assert list(story.scenes) == ["a", "b", "home"]
    assert (dict(story.cast), list(story.variables)) == ({"fox": "The fox"}, ["coins"])
    play = start(story)
    assert play.moment.lines == (Line("a.1", "Here I am.", "fox"),)
    moment = play.apply(Advance(0))
    assert (moment.shot.prompt, moment.lines[0].text) == ("by a still lake", "Rich.")


def test_what_is_wrong_with_an_included_file_is_told_with_its_name_and_line(tmp_path: Path) -> None:
    part = "scenes:\n  b:\n    promt: a lamp\n    say: ['{{ coins }}']\n    ending: x\n"
    file = written(tmp_path, tale=TALE.format(include="part.yaml"), part=part)
    found = check(file).diagnostics
    assert [(one.code, one.spot.line, one.spot.column) for one in found] == [
        ("unknown-key", 3, 5),
        ("undefined-variable", 4, 15),
    ]
    assert {one.file for one in found} == {str(tmp_path / "part.yaml")}
    assert found[0].render().startswith(f"{tmp_path / 'part.yaml'}:3:5: error unknown-key")
    assert found[0].excerpt == "    promt: a lamp"


def test_a_fault_of_an_included_file_names_it(tmp_path: Path) -> None:
    part = "vars: {n: 0}\nscenes:\n  b: {say: ['{{ 1 / n }}'], ending: x}\n"
    play = start(load(written(tmp_path, tale=TALE.format(include="part.yaml"), part=part)))
    with pytest.raises(Exception, match=r"part\.yaml:3:13: .*division by zero"):
        play.apply(Advance(0))


def test_load_time_lines_work_in_an_included_file(tmp_path: Path) -> None:
    part = "scenes:\n  #% for n in range(3)\n  b${ n or '' }:\n    goto: b${ n + 1 if n < 2 else 9 }\n  #% endfor\n"
    found = check(written(tmp_path, tale=TALE.format(include="part.yaml"), part=part)).diagnostics
    assert [(one.code, one.spot.line, Path(one.file).name) for one in found] == [("unknown-scene", 4, "part.yaml")]


@pytest.mark.parametrize(
    "include",
    ["/etc/passwd", "../outside.yaml", "part.txt", "parts/../../outside.yaml", ".", "''", '"a\\0.yaml"', "link.yaml"],
)
def test_a_file_outside_the_storys_folder_is_refused(tmp_path: Path, include: str) -> None:
    outside = "scenes: {b: {ending: secret}}\n"
    written(tmp_path, outside=outside)
    folder = tmp_path / "tales"
    (folder / "parts").mkdir(parents=True)
    (folder / "part.txt").write_text(outside)
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    found = check(written(folder, tale=TALE.format(include=include))).diagnostics
    assert (found[0].code, found[0].spot.line) == ("include-outside", 2)
    assert "secret" not in "".join(one.render() for one in found)


def test_a_link_that_stays_in_the_folder_is_followed(tmp_path: Path) -> None:
    file = written(tmp_path, tale=TALE.format(include="link.yaml"), part="scenes: {b: {ending: x}}\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "part.yaml")
    assert check(file).diagnostics == ()


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    file = written(tmp_path, tale=TALE.format(include="prat.yaml"), part="scenes: {b: {ending: x}}\n")
    found = check(file).diagnostics
    assert (found[0].code, found[0].spot.line, found[0].spot.column) == ("unknown-include", 2, 10)
    assert found[0].hint == "did you mean 'part.yaml'?"


def test_files_that_include_each_other_are_told_as_a_ring(tmp_path: Path) -> None:
    one = "include: two.yaml\nscenes: {b: {ending: x}}\n"
    file = written(tmp_path, tale=TALE.format(include="one.yaml"), one=one, two="include: one.yaml\n")
    found = check(file).diagnostics
    assert [(diagnostic.code, Path(diagnostic.file).name) for diagnostic in found] == [("include-cycle", "two.yaml")]
    assert "one.yaml includes two.yaml includes one.yaml" in found[0].message


def test_a_file_that_two_include_is_read_once_and_what_two_files_name_is_an_error(tmp_path: Path) -> None:
    end = "scenes: {b: {ending: x}}\n"
    file = written(tmp_path, tale=TALE.format(include="[one.yaml, end.yaml]"), one="include: end.yaml\n", end=end)
    assert check(file).diagnostics == ()
    written(tmp_path, one=end)
    assert [(one.code, Path(one.file).name) for one in check(file).diagnostics] == [("duplicate-key", "end.yaml")]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("", "file-empty"),
        ("[a]\n", "wrong-type"),
        ("story: y\nscenes: {b: {ending: x}}\n", "unknown-key"),
        ("a: [\n", "yaml-syntax"),
    ],
)
def test_an_included_file_is_no_story_of_its_own(tmp_path: Path, part: str, code: str) -> None:
    found = check(written(tmp_path, tale=TALE.format(include="part.yaml"), part=part)).diagnostics
    assert (code, "part.yaml") in [(one.code, Path(one.file).name) for one in found]


def test_a_story_has_so_many_files_and_no_more(tmp_path: Path) -> None:
    files = {f"p{n}": f"include: p{n + 1}.yaml\n" for n in range(40)}
    file = written(tmp_path, tale=TALE.format(include="p0.yaml"), p40="scenes: {b: {ending: x}}\n", **files)
    assert "too-long" in {one.code for one in check(file).diagnostics}
