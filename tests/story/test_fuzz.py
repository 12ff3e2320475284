"""Stories made at random of real keys and junk, and templates of real names: nothing gets past its errors.

`make fuzz` tries many more than the tests do. What was found is a test of its own where it belongs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from forkreel.errors import Refused, StoryError
from forkreel.story import Playthrough, load
from forkreel.story.check import check
from forkreel.story.codes import CODES
from forkreel.story.language import EASINGS, KEYS, MOODS, PATHS, RULES, SOUNDS, TALLIES
from forkreel.story.moment import Advance, Back, Choose, Say, Slider, Steer
from forkreel.story.sandbox import MAX_LENGTH, MAX_NUMBER
from forkreel.story.template import Compiler, Expression, Fault
from forkreel.story.trial import TrialScope
from forkreel.story.variables import KINDS

Strategy = st.SearchStrategy[Any]

NAMES = st.sampled_from(["a", "b", "c", "coins", "name", "lit", "mood", "fox", "lake", "return"])
WORDS = st.sampled_from([*EASINGS, *MOODS, *PATHS, *RULES, *SOUNDS, *TALLIES, *KINDS, "narrator", "hide", "none"])
JUNK = st.text(alphabet="{}[]:,-#%&*!|>'\"~ abc09é\u2028\x07", max_size=8)
NUMBERS = st.one_of(st.integers(-2, 99), st.sampled_from([0.5, 1e300, -1e-9, 2**70, float("inf"), float("nan")]))


def _joined(parts: Strategy, form: str) -> Strategy:
    return st.tuples(parts, parts).map(lambda two: form.format(*two))


ATOMS = st.one_of(
    NAMES,
    st.sampled_from(
        ["1", "2.5", "1e999", "10 ** 9", "'x'", "''", "true", "none", "[1, 'a']", "{'a': 1}", "()", "visits('a')"]
    ),
    st.sampled_from(
        ["chosen('a')", "pick(1, 2)", "roll(1, 6)", "weighted('a', 1)", "turns_since('b')", "shuffle('a')"]
    ),
)
EXPRESSIONS: Strategy = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        *(_joined(inner, f"({{}} {op} {{}})") for op in ("+", "-", "*", "/", "//", "%", "**", "~", "and", "or")),
        *(_joined(inner, f"({{}} {op} {{}})") for op in ("==", "<", "in", "not in", "if lit else", "is")),
        *(_joined(inner, form) for form in ("{}[{}]", "[{}, {}]", "min({}, {})", "{}.{}", "{}({})", "cycle({}, {})")),
        inner.map(lambda one: f"(not {one})"),
        inner.flatmap(
            lambda one: st.sampled_from(["upper", "round", "join", "length", "default(1)", "attr('x')", "map"]).map(
                lambda filtered: f"{one}|{filtered}"
            )
        ),
    ),
    max_leaves=8,
)
TEXTS = st.one_of(JUNK, NAMES, EXPRESSIONS.map(lambda one: f"Some {{{{ {one} }}}} words."))
SCALARS = st.one_of(NAMES, WORDS, NUMBERS, TEXTS, EXPRESSIONS, st.booleans(), st.none())


def _block(name: str, **known: Strategy) -> Strategy:
    """A map of the keys of a block: those that are `known` as they should be, some others with anything."""
    anything = st.dictionaries(st.sampled_from([*KEYS[name]]), SCALARS | st.lists(SCALARS, max_size=2), max_size=1)
    return st.tuples(st.fixed_dictionaries({}, optional=known), anything).map(lambda two: {**two[1], **two[0]})


def _few(item: Strategy) -> Strategy:
    return st.lists(item, min_size=1, max_size=3)


def _named(item: Strategy) -> Strategy:
    return st.dictionaries(NAMES, item, min_size=1, max_size=3)


AXES = st.dictionaries(st.sampled_from(["haze", "hour", "x"]), st.one_of(NUMBERS, TEXTS), max_size=2)
WAYS = st.one_of(
    NAMES,
    _few(_block("branch", when=EXPRESSIONS, goto=NAMES) | _block("branch", call=NAMES, then=NAMES) | NAMES),
)
SETS = st.dictionaries(NAMES, EXPRESSIONS | SCALARS, max_size=2)
LINES = _few(TEXTS | _block("line", id=NAMES, who=NAMES, text=TEXTS))
CHOICE = _block("choice", id=NAMES, label=TEXTS, goto=WAYS, when=EXPRESSIONS, set=SETS, once=st.booleans())
STAYS = _block("choice", id=NAMES, label=TEXTS, stay=st.just(True), say=LINES, set=SETS)
CONTROL = _block("control", id=NAMES, label=TEXTS, var=NAMES, range=st.just([0, 9]), step=NUMBERS)
ANSWER = _block("answer", id=NAMES, examples=_few(TEXTS), say=LINES, when=EXPRESSIONS)
ASK = _block(
    "ask", prompt=TEXTS, timer=NUMBERS, default=NAMES, choices=_few(CHOICE | STAYS), controls=_few(CONTROL),
    input=_block("input", var=NAMES, label=TEXTS, goto=NAMES),
    questions=_block("questions", label=TEXTS, answers=_few(ANSWER), fallback=LINES, threshold=NUMBERS),
)  # fmt: skip
MOVE = _block("move", over=NUMBERS, easing=WORDS, path=WORDS, via=AXES)
SCENE = _block(
    "scene", prompt=TEXTS, axes=AXES, drift=AXES, hold=AXES, move=MOVE, say=LINES, ask=ASK, goto=WAYS, set=SETS,
    sfx=_few(WORDS),
)  # fmt: skip
ENDS = st.one_of(TEXTS, _block("ending", id=NAMES, title=TEXTS)).map(lambda ending: {"ending": ending})
VARIABLE = _block("variable", type=WORDS, default=SCALARS, of=_few(NAMES), range=st.just([0, 9]))
STORY = _block(
    "story", story=TEXTS, vars=_named(VARIABLE | SCALARS), cast=_named(TEXTS), places=_named(TEXTS),
    conditions=_named(EXPRESSIONS), start=NAMES, recover=NAMES, include=_few(JUNK),
).flatmap(
    lambda page: st.fixed_dictionaries({"a": SCENE, "b": SCENE | ENDS, "c": ENDS}).map(
        lambda scenes: {"story": "Fuzz", **page, "scenes": scenes}
    )
)  # fmt: skip

# What is sound when a file is read, and may fail only as it is played.
WHOLE: Strategy = st.recursive(
    st.sampled_from(["coins", "1", "visits('b')", "roll(1, 6)", "turns_since('a')", "pick(2, 3)", "cycle(1, 2, 3)"]),
    lambda inner: st.one_of(
        *(_joined(inner, f"({{}} {op} {{}})") for op in ("+", "-", "*", "//", "%")), _joined(inner, "max({}, {})")
    ),
    max_leaves=4,
)
HOLDS = st.one_of(st.sampled_from(["lit", "chosen('x1')", "mood == 'calm'"]), _joined(WHOLE, "{} < {}"))
SAID = st.one_of(
    st.just("Plain words."), WHOLE.map(lambda one: f"{{{{ {one} }}}} coins"), st.just("{{ name|upper }} nods.")
)
LINE = st.fixed_dictionaries({"text": SAID}, optional={"who": st.just("fox")})
DOES = st.fixed_dictionaries(
    {},
    optional={"coins": WHOLE, "lit": HOLDS, "mood": st.sampled_from(["calm", "afraid"]), "name": st.just("name ~ '!'")},
)
ON = st.sampled_from("abc")
GOES = st.one_of(
    ON,
    ON.map(lambda on: [{"call": on, "then": "c"}]),
    st.tuples(HOLDS, ON).map(lambda two: [{"when": two[0], "goto": two[1]}, "c"]),
)
OPTION = st.one_of(
    st.fixed_dictionaries({"label": SAID, "goto": GOES}, optional={"when": HOLDS, "set": DOES, "once": st.booleans()}),
    st.fixed_dictionaries({"label": SAID, "stay": st.just(True), "say": st.lists(LINE, min_size=1, max_size=2)}),
)
FREE = st.fixed_dictionaries({"label": SAID, "goto": GOES})
TOPIC = st.fixed_dictionaries(
    {"examples": st.just(["why"]), "say": st.lists(LINE, min_size=1, max_size=2)}, optional={"when": HOLDS}
)


def _numbered(item: Strategy, prefix: str, most: int) -> Strategy:
    return st.lists(item, min_size=1, max_size=most).map(
        lambda items: [{"id": f"{prefix}{number}", **one} for number, one in enumerate(items)]
    )


ASKS = st.fixed_dictionaries(
    {
        "prompt": SAID,
        "choices": st.tuples(_numbered(OPTION, "x", 3), FREE).map(lambda two: [*two[0], {"id": "y", **two[1]}]),
    },
    optional={
        "controls": st.just([{"id": "k", "label": "Coins", "var": "coins", "range": [0, 9]}]),
        "questions": st.fixed_dictionaries({"answers": _numbered(TOPIC, "z", 2), "fallback": st.just(["What?"])}),
        "unavailable": st.just("hide"),
    },
)
PLACE = st.fixed_dictionaries(
    {"goto": GOES, "say": st.lists(LINE, min_size=1, max_size=2)},
    optional={"ask": ASKS, "set": DOES, "prompt": SAID, "axes": WHOLE.map(lambda one: {"haze": f"{{{{ {one} }}}}"})},
)
SOUND = st.fixed_dictionaries({"a": PLACE, "b": PLACE}).map(
    lambda scenes: {
        "story": "Fuzz", "cast": {"fox": "The fox"},
        "vars": {"coins": {"type": "int", "range": [-9, 99]}, "lit": False, "name": "Ash",
                 "mood": {"type": "enum", "of": ["calm", "afraid"]}},
        "scenes": {**scenes, "c": {"goto": [{"when": "visits('c') > 3", "goto": "d"}, "a"]}, "d": {"ending": "Home"}},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "tale.yaml"


@given(EXPRESSIONS)
def test_an_expression_has_a_value_within_the_caps_or_a_fault(source: str) -> None:
    ids = {"visits": ("scene", frozenset("abc")), "chosen": ("choice", frozenset("abc"))}
    compiler = Compiler(frozenset({"coins", "name", "lit", "mood"}), ids)
    compiled = compiler.expression(source, "x")
    if not isinstance(compiled, Expression):
        assert all(flaw.message for flaw in compiled)
        return
    try:
        value = compiled.evaluate(TrialScope({"coins": 3, "name": "Ash", "lit": True, "mood": "calm"}))
    except Fault:
        return
    assert len(repr(value)) <= 8 * MAX_LENGTH
    if isinstance(value, int | float):
        assert not abs(value) > MAX_NUMBER


@given(story=STORY, events=st.lists(st.integers(0, 9), max_size=12))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])
def test_a_story_of_real_keys_and_junk_is_refused_with_diagnostics_or_plays(
    scratch: Path, story: dict[str, Any], events: list[int]
) -> None:
    scratch.write_text(json.dumps(story), encoding="utf-8")
    report = check(scratch)
    for one in report.diagnostics:
        assert one.code in CODES
        assert one.message
        assert one.spot.line >= 1
    event("plays" if report.ok else "is refused")
    if report.ok:
        plays(scratch, events)


@given(story=SOUND, events=st.lists(st.integers(0, 9), max_size=20))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_story_without_errors_plays_whatever_happens(scratch: Path, story: dict[str, Any], events: list[int]) -> None:
    scratch.write_text(json.dumps(story), encoding="utf-8")
    errors = check(scratch).errors
    event("plays" if not errors else errors[0].code)
    if not errors:
        plays(scratch, events)


def plays(file: Path, events: list[int]) -> None:
    """Whatever happens in a story without errors: events are taken or refused, and saves come back."""
    try:
        play = Playthrough.start(load(file))
    except StoryError:
        return  # a template that fails on the values of the first scene
    for number in events:
        moment = play.moment
        deeds: list[Callable[[], object]] = [lambda: play.apply(Back())]
        if moment.ask is None:
            deeds = [lambda number=moment.number: play.apply(Advance(number))]  # type: ignore[misc]
        else:
            ask = moment.ask
            events_of = [Choose(ask.poll, choice.id) for choice in ask.choices]
            events_of += [Say(ask.poll, "why", topic.id) for topic in ask.topics]  # type: ignore[misc]
            events_of += [Steer(one.id, one.low) for one in ask.controls if isinstance(one, Slider)]  # type: ignore[misc]
            deeds += [lambda event=event: play.apply(event) for event in events_of]  # type: ignore[misc]
        try:
            deeds[number % len(deeds)]()
        except Refused:
            assert play.moment == moment, "what is refused changes nothing"
        again = Playthrough.load(play.story, play.save())
        assert again.moment.ask == play.moment.ask
        assert again.state == play.state
