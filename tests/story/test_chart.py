import re

from forkreel.story.chart import dot, mermaid, nodes
from tests.story.conftest import Told, feature

ODD = """
    story: 'A "quoted" <title> & more'
    vars: {n: 0}
    scenes:
      end:
        ask:
          choices: [{id: a, label: 'Say "]|#1 <b>\\ --> x', when: n > 0, goto: [{when: n < 5, goto: b}, c]}]
        goto: c
      b: {goto: b2}
      b2: {goto: b}
      c: {ending: '1. The "End"'}
"""


def test_start_endings_and_dead_ends_are_marked(told: Told) -> None:
    marked = {node.id: (node.kind, node.caption) for node in nodes(told(ODD))}
    assert marked == {
        "end": ("start", "start"),
        "b": ("dead-end", "dead end"),
        "b2": ("dead-end", "dead end"),
        "c": ("ending", 'ending: 1. The "End"'),
    }


def test_the_conditions_of_choice_and_way_stand_in_brackets_behind_the_label(told: Told) -> None:
    assert [edge.label for edge in told(ODD).edges()][:3] == [
        'Say "]|#1 <b>\\ --> x [n > 0 and n < 5]',
        'Say "]|#1 <b>\\ --> x [n > 0]',
        "",
    ]


def test_mermaid_names_no_scene_by_a_word_of_its_own_and_leaves_no_text_unescaped(told: Told) -> None:
    rows = mermaid(told(ODD)).splitlines()
    assert rows[1] == "flowchart TD"
    assert rows[2] == '    s0(["end<br/><i>start</i>"]):::start'
    assert '    s3[["c<br/><i>ending: 1#46; The #34;End#34;</i>"]]:::ending' in rows
    ways = [row for row in rows if "-->" in row]
    assert len(ways) == 5
    text = r"(?:#\d+;|[\w\s.,:;!?'()/=-])+"
    for row in ways:
        assert re.fullmatch(rf'    s\d -->(\|"{text}"\|)? s\d', row), row


def test_dot_quotes_every_text(told: Told) -> None:
    rows = dot(told(ODD)).splitlines()
    assert rows[:2] == ['digraph "tale" {', r'    label="A \"quoted\" <title> & more"']
    assert r'    "end" -> "b" [label="Say \"]|#1 <b>\\ --> x [n > 0 and n < 5]"]' in rows
    assert rows[-1] == "}"
    for row in rows:
        assert len(re.findall(r'(?<!\\)(?:\\\\)*"', row)) % 2 == 0, row


def test_the_same_story_is_written_the_same() -> None:
    assert (mermaid(feature("timer")), dot(feature("timer"))) == (mermaid(feature("timer")), dot(feature("timer")))
