from pathlib import Path

import pytest

from forkreel.story.check import check
from forkreel.story.source import MAX_BYTES
from tests.story.conftest import Checked


@pytest.mark.parametrize(
    ("data", "code", "spot"),
    [
        (b"", "file-empty", (1, 1)),
        (b" \n\t\n", "file-empty", (1, 1)),
        (b"# only a comment\n", "file-empty", (1, 1)),
        (b"---\n", "file-empty", (1, 1)),
        (b"story: x\nscenes: caf\xe9\n", "not-utf8", (2, 12)),
        ("story: x".encode("utf-16"), "not-utf8", (1, 1)),
        (b"story: x\nstart: a\x07b\n", "control-character", (2, 9)),
        (b"story: x\n" + b"#" * MAX_BYTES, "file-too-large", (1, 1)),
    ],
    ids=["empty", "blank", "comments", "marker", "latin-1", "utf-16", "bell", "huge"],
)
def test_a_file_that_holds_no_text_says_why(checked: Checked, data: bytes, code: str, spot: tuple[int, int]) -> None:
    assert (code, spot) in [(one.code, (one.spot.line, one.spot.column)) for one in checked(data).errors]


def test_a_missing_file_and_a_folder_are_diagnostics_too(tmp_path: Path) -> None:
    assert [one.code for one in check(tmp_path / "none.yaml").errors] == ["file-missing"]
    assert [one.code for one in check(tmp_path).errors] == ["file-is-folder"]
    assert [one.code for one in check("bad\0name").errors] in (["file-unreadable"], ["file-missing"])


def test_windows_line_breaks_and_a_byte_order_mark_are_read(checked: Checked) -> None:
    report = checked(b"\xef\xbb\xbfstory: x\r\nscenes:\r\n  a:\r\n    endin: x\r\n")
    assert [(one.code, one.spot.line, one.spot.column) for one in report.errors] == [
        ("no-way-on", 3, 3),
        ("unknown-key", 4, 5),
    ]
