from pathlib import Path

import pytest
from click.testing import CliRunner

from forkreel.cli import main
from forkreel.errors import StoryError
from forkreel.story import Playthrough
from forkreel.story.check import check, load
from forkreel.story.moment import Choose
from forkreel.story.translating import translate
from forkreel.story.translations import COLUMNS, Row, read_table, updated, written
from forkreel.story.wording import in_language, wordings

TALE = """\
story: A Walk
cast: {fox: The Fox}
vars: {coins: 2, name: {type: text}, colour: {type: enum, of: [red, blue]}}
scenes:
  wood:
    prompt: a wood
    say:
      - {id: hello, who: fox, text: "You have {{ coins }} coins."}
      - {id: bye, text: "He said \\"so, so\\"."}
    ask:
      prompt: Where to, {{ name }}?
      controls: [{id: tint, label: Colour, var: colour, options: [{value: red, label: Rouge}, {value: blue}]}]
      questions:
        label: Ask me
        placeholder: Why …
        answers: [{id: why, examples: [why is it dark, who put out the light], say: [{id: night, text: It is night.}]}]
        fallback: [{id: what, text: What?}]
      choices:
        - {id: home, label: Go home, goto: end}
        - {id: wait, label: Wait, stay: true, say: [{id: waited, text: You wait.}]}
  end: {ending: {id: home, title: "Home with {{ coins + (colour == 'red') + (name == '') }}"}}
"""
KEYS = [
    "story", "cast.fox", "line.hello", "line.bye", "ask.wood", "choice.wood.home", "choice.wood.wait", "line.waited",
    "control.wood.tint", "option.wood.tint.red", "option.wood.tint.blue", "questions.wood",
    "questions.wood.placeholder", "example.wood.why.1", "example.wood.why.2", "line.night", "line.what", "ending.home",
]  # fmt: skip


@pytest.fixture
def tale(tmp_path: Path) -> Path:
    file = tmp_path / "tale.yaml"
    file.write_text(TALE, encoding="utf-8")
    return file


def fill(tale: Path, **translations: str) -> None:
    """Write a table in German with some texts translated; keys have _ for the first dot."""
    wanted = {key.replace("_", ".", 1): text for key, text in translations.items()}
    rows = updated((), wordings(load(tale)))
    table = written(Row(row.key, row.source, wanted.get(row.key, ""), row.note) for row in rows)
    tale.with_name("tale.de.csv").write_text(table, encoding="utf-8", newline="")


def codes(tale: Path) -> list[str]:
    return [one.code for one in check(tale).diagnostics]


def test_every_text_that_a_viewer_reads_has_a_key(tale: Path) -> None:
    assert list(wordings(load(tale))) == KEYS


def test_a_table_comes_back_as_it_was_written(tale: Path) -> None:
    rows = (
        Row("line.a", 'He said "so, so".', "Er sagte:\n»so, so«.", "a note", 2),
        Row("line.b", "Ä", "", "stale", 4),
    )
    table = tale.with_name("tale.de.csv")
    table.write_text(written(rows), encoding="utf-8", newline="")
    read, findings, _ = read_table(table)
    assert (read, findings.report().diagnostics) == (rows, ())
    assert table.read_bytes().startswith(b'id,source,translation,note\r\nline.a,"He said ""so, so"".",')


def test_a_story_is_told_in_another_language_and_what_is_missing_stays(tale: Path) -> None:
    fill(tale, story="Ein Gang", cast_fox="Der Fuchs", line_hello="Du hast {{ coins }} Münzen.", ask_wood="Wohin?")
    story = load(tale, language="de")
    moment = Playthrough.start(story).moment
    assert (story.title, story.cast["fox"], story.language) == ("Ein Gang", "Der Fuchs", "de")
    assert [line.text for line in moment.lines] == ["Du hast 2 Münzen.", 'He said "so, so".']
    assert moment.ask is not None
    assert (moment.ask.prompt, moment.ask.choices[0].label) == ("Wohin?", "Go home")


def test_controls_answers_and_endings_are_translated_too(tale: Path) -> None:
    fill(
        tale, line_waited="Du wartest.", ending_home="Daheim mit {{ coins }}", line_what="Wie?",
        **{"control.wood.tint": "Farbe", "option.wood.tint.red": "Rot", "example.wood.why.1": "warum ist es dunkel"},
    )  # fmt: skip
    walk = Playthrough.start(load(tale, language="de"))
    ask = walk.moment.ask
    assert ask is not None
    assert ask.controls[0].label == "Farbe"
    assert next(one.label for one in getattr(ask.controls[0], "options", ())) == "Rot"
    assert ask.topics[0].examples == ("warum ist es dunkel", "who put out the light")
    assert [line.text for line in walk.apply(Choose(ask.poll, "wait")).lines] == ["Du wartest."]
    assert walk.moment.ask is not None
    ending = walk.apply(Choose(walk.moment.ask.poll, "home")).ending
    assert ending is not None
    assert ending.title == "Daheim mit 2"


def test_a_save_goes_on_in_another_language(tale: Path) -> None:
    fill(tale, ask_wood="Wohin?")
    story = load(tale)
    again = Playthrough.load(in_language(story, "de"), Playthrough.start(story).save())
    assert again.lost == ()
    assert again.moment.ask is not None
    assert again.moment.ask.prompt == "Wohin?"


def test_a_language_that_is_not_there_is_refused_with_those_that_are(tale: Path) -> None:
    fill(tale)
    with pytest.raises(StoryError, match="'tale' is not told in 'fr'; there is: en, de"):
        load(tale, language="fr")
    assert load(tale).languages == ("en", "de")
    assert in_language(load(tale), "en") == load(tale)


def test_the_table_is_written_and_kept_up_to_date(tale: Path) -> None:
    table = tale.with_name("tale.de.csv")
    assert translate(tale, "de") == f"{table}: 18 texts, 18 to translate, 0 stale, 0 obsolete"
    fill(tale, line_bye="Er sagte so.", line_night="Es ist Nacht.", line_waited="Du wartest.")
    text = TALE.replace("so, so", "so").replace("{id: night, text: It is night.}", "Later.")
    tale.write_text(text.replace("You wait.", "You wait long."), encoding="utf-8")
    assert codes(tale) == ["translation-missing", "translation-stale", "translation-stale", "translation-unknown"]
    assert translate(tale, "de") == f"{table}: 19 texts, 16 to translate, 2 stale, 1 obsolete"
    assert codes(tale) == ["translation-missing", "translation-stale", "translation-stale"]
    rows = {row.key: row for row in read_table(table)[0]}
    assert list(rows)[-1] == "line.night"
    assert (rows["line.night"].translation, rows["line.night"].note) == ("Es ist Nacht.", "obsolete")
    assert (rows["line.bye"].source, rows["line.bye"].translation) == ('He said "so".', "Er sagte so.")
    tale.write_text(TALE, encoding="utf-8")
    translate(tale, "de")
    assert {row.key: row for row in read_table(table)[0]}["line.night"].note == ""


def test_a_note_of_the_translators_own_outlives_the_marks() -> None:
    row = Row("line.a", "a", "b", "ask Ann").marked("stale")
    assert row.note == "stale; ask Ann"
    assert row.mark == "stale"
    assert row.marked("obsolete").note == "obsolete; ask Ann"
    assert row.marked("").note == "ask Ann"
    assert Row("line.a", "a", "b", "stalemate").mark == ""


def test_a_template_in_a_translation_is_checked_like_the_source(tale: Path) -> None:
    hello, home = "Du hast {{ coin }} Münzen.", {"choice.wood.home": "{% if %}"}
    fill(tale, line_hello=hello, ending_home="{{ ''.__class__ }}", **home)
    found = [one for one in check(tale).diagnostics if one.severity == "error"]
    assert [one.code for one in found] == ["undefined-variable", "template-error", "template-error"]
    assert (found[0].file, found[0].spot.line) == (str(tale.with_name("tale.de.csv")), 4)
    assert found[0].hint == "did you mean 'coins'?"


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("id;source;translation;note\n", 1, "the first line of a table is id,source,translation,note"),
        ("id,source\n", 1, "the first line of a table is id,source,translation,note"),
        (f"{','.join(COLUMNS)}\nstory,A Walk,Ein, Gang,\n", 2, "the row has 5 cells, not 4"),
        (f"{','.join(COLUMNS)}\nstory,A,B,\n\nstory,A,C,\n", 4, "the id 'story' is there twice; first in line 2"),
        (f'{",".join(COLUMNS)}\nstory,A,"B,\n', 2, "this is no CSV: unexpected end of data"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(tale: Path, table: str, line: int, message: str) -> None:
    tale.with_name("tale.de.csv").write_text(table, encoding="utf-8")
    (found,) = check(tale).diagnostics
    assert (found.code, found.spot.line, found.message) == ("translation-table", line, message)


def test_a_file_with_another_name_is_no_table(tale: Path) -> None:
    tale.with_name("tale.csv").write_text("junk", encoding="utf-8")
    tale.with_name("tale.Notes-of-mine.csv").write_text("junk", encoding="utf-8")
    assert codes(tale) == []


def test_the_command_gives_ids_first_and_then_writes_the_table(tmp_path: Path) -> None:
    file = tmp_path / "tale.yaml"
    file.write_text("story: x\nscenes: {end: {say: [Good night.], ending: Home}}\n", encoding="utf-8")
    refused = CliRunner().invoke(main, ["ids", str(file), "--csv", "de"])
    assert refused.exit_code == 2
    assert "add --write" in refused.output
    told = CliRunner().invoke(main, ["ids", str(file), "--write", "--csv", "de"])
    assert told.exit_code == 0
    assert "tale.de.csv: 3 texts, 3 to translate" in told.output
    assert "line.end-1,Good night.,," in (tmp_path / "tale.de.csv").read_text(encoding="utf-8")
    wrong = CliRunner().invoke(main, ["ids", str(file), "--csv", "../de"])
    assert (wrong.exit_code, "no language's tag" in wrong.output) == (2, True)
