"""A story from a stranger: each attack is refused with a diagnostic, and costs next to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from forkreel.story import expand as expanding
from forkreel.story.check import check
from forkreel.story.diagnostic import Findings
from forkreel.story.expand import expand
from tests.story.conftest import Checked

LAUGHS = "story: &a [x, x, x, x, x, x, x, x, x]\nvars:\n" + "".join(
    f"  {name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("story: \"{{ 'a' * 10 ** 9 }}\"\nscenes: {a: {prompt: \"{{ 'a' * 10 ** 9 }}\", ending: x}}", "template-error"),
        ("story: ${ 'a' * 10 ** 9 }\nscenes: {a: {ending: x}}", "load-template"),
        ("story: x\n" + "#% for a in range(9999)\n" * 6 + "#% endfor\n" * 6 + "scenes: {}", "load-template"),
        ("story: x\nscenes: {a: {say: [\"{% for a in 'x' %}{% endfor %}\"], ending: x}}", "template-error"),
        ("story: x\nscenes: {a: {say: [\"{{ ''.__class__.__mro__ }}\"], ending: x}}", "template-error"),
        ("story: ${ ''.__class__.__base__.__subclasses__() }\nscenes: {a: {ending: x}}", "load-template"),
        ("story: ${ ''['__class__'] }\nscenes: {a: {ending: x}}", "load-template"),
        ("story: ${ '{0.__class__}'.format(1) }\nscenes: {a: {ending: x}}", "load-template"),
        (LAUGHS + "scenes: {a: {ending: x}}", "alias-bomb"),
        ("story: x\n#% include '/etc/passwd'\nscenes: {a: {ending: x}}", "load-template"),
        ("story: !!python/object/apply:os.system ['true']\nscenes: {a: {ending: x}}", "yaml-tag"),
    ],
)  # fmt: skip
def test_an_attack_is_refused_with_its_code(checked: Checked, text: str, code: str) -> None:
    assert code in [one.code for one in checked(text).errors]


@pytest.mark.parametrize(
    ("include", "code"),
    [
        ("/etc/passwd", "include-outside"),
        ("../secret.yaml", "include-outside"),
        ("parts/../../secret.yaml", "include-outside"),
        ("link.yaml", "include-outside"),
        ("parts/link.yaml", "include-outside"),
        ("tale.yaml", "include-cycle"),
        ("parts/../tale.yaml", "include-cycle"),
        ("parts", "include-outside"),
        ('"a\\0b.yaml"', "include-outside"),
        ("[[tale.yaml]]", "wrong-type"),
    ],
)
def test_an_include_stays_in_the_storys_folder(tmp_path: Path, include: str, code: str) -> None:
    (tmp_path / "secret.yaml").write_text("secret: word\n", encoding="utf-8")
    folder = tmp_path / "story"
    (folder / "parts").mkdir(parents=True)
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "parts" / "link.yaml").symlink_to("../../secret.yaml")
    text = f"story: x\ninclude: {include}\nscenes: {{a: {{ending: x}}}}\n"
    (folder / "tale.yaml").write_text(text, encoding="utf-8")
    report = check(folder / "tale.yaml")
    assert [one.code for one in report.errors] == [code]
    assert all(one.spot.line == 2 and one.hint for one in report.errors)
    assert "secret: word" not in report.render()


def test_a_table_of_translations_is_no_way_out_of_the_folder_either(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret: word\n", encoding="utf-8")
    folder = tmp_path / "story"
    folder.mkdir()
    (folder / "tale.de.csv").symlink_to(tmp_path / "secret")
    (folder / "tale.yaml").write_text("story: x\nscenes: {a: {ending: x}}\n", encoding="utf-8")
    report = check(folder / "tale.yaml")
    assert [one.code for one in report.errors] == ["translation-table"]
    assert "secret: word" not in report.render()


def test_a_huge_file_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(50 << 20)
    assert [one.code for one in check(file).errors] == ["file-too-large"]


def test_load_time_lines_have_no_more_memory_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    skulks = "".join(f"#% set skulk_{n} = fox * 19000\n" for n in range(1500))  # 109 MiB, four bytes a character
    hungry = f"#% set fox = '\N{FOX FACE}'\n{skulks}story: ${{ skulk_7[:2] }}\n"
    findings = Findings("x")
    expanded = expand(hungry, findings)
    assert expanded is not None
    assert expanded.text.strip() == "story: \N{FOX FACE}\N{FOX FACE}"
    monkeypatch.setattr("forkreel.story.expand.MAX_MEMORY_BYTES", 96 << 20)
    assert expand(hungry, findings) is None
    (error,) = findings.report().errors
    assert error.code == "load-limit"
    assert "more than 96 MiB of memory" in error.message


def test_the_process_of_load_time_lines_imports_little(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = "[name for name in ('pydantic', 'ruamel', 'numpy', 'torch', 'asyncio') if name in sys.modules]"
    program = expanding._PROGRAM.replace("main()\n", f"raise SystemExit('heavy: ' + str({heavy}))\n")
    monkeypatch.setattr(expanding, "_PROGRAM", program)
    assert str(expanding._render("x")).endswith("heavy: []")


def test_conditions_that_double_each_other_are_refused_before_they_are_written_out(checked: Checked) -> None:
    doubling = "".join(f"  c{number}: c{number - 1} and c{number - 1}\n" for number in range(1, 60))
    text = f"story: x\nvars: {{n: 1}}\nconditions:\n  c0: n > 0\n{doubling}scenes: {{a: {{ending: x}}}}\n"
    assert {one.code for one in checked(text).errors} == {"template-error"}


def test_a_condition_that_is_used_everywhere_is_fine(checked: Checked) -> None:
    lines = "".join("      - \"{{ 'lit' if lit else 'dark' }}\"\n" for _ in range(500))
    text = f"story: x\nvars: {{n: 1}}\nconditions: {{lit: n > 0}}\nscenes:\n  a:\n    say:\n{lines}    ending: x\n"
    assert checked(text).diagnostics == ()


@pytest.mark.parametrize("name", ["a" * 300 + ".yaml", "ring.yaml"])
def test_a_file_name_that_no_file_can_have_is_a_diagnostic(tmp_path: Path, checked: Checked, name: str) -> None:
    (tmp_path / "ring.yaml").symlink_to("ring.yaml")
    assert [one.code for one in checked(f"story: x\ninclude: {name}\nscenes: {{a: {{ending: x}}}}\n").errors] == [
        "include-outside"
    ]
