from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forkreel.errors import Refused
from forkreel.story import Playthrough, Story, load
from forkreel.story.check import check
from forkreel.story.moment import Advance, Back, Choose, Event, Expire, Say, Steer
from forkreel.story.template import Compiler, Expression, Fault, Text
from forkreel.story.trial import TrialScope
from tests.story.conftest import feature

NAMES = ("first", "timer", "once", "goto", "chance", "templates", "axes", "move")
NAMES += ("controls", "typing", "looking", "calls", "turns", "whole/tale")
STORIES = [load(Path(__file__).parents[2] / "stories" / "lantern.yaml"), *map(feature, NAMES)]

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
steps = st.lists(
    st.tuples(st.sampled_from(["choose", "expire", "advance", "back", "steer", "say", "nonsense"]), st.integers(0, 9)),
    max_size=40,
)


def event(play: Playthrough, kind: str, number: int) -> Event:
    ask = play.moment.ask
    if kind == "choose" and ask is not None and ask.choices:
        return Choose(ask.poll, ask.choices[number % len(ask.choices)].id)
    if kind == "expire" and ask is not None:
        return Expire(ask.poll)
    if kind == "back":
        return Back()
    if kind == "steer":
        controls = ask.controls if ask is not None else ()
        name = controls[number % len(controls)].id if controls else "size"
        return Steer(name, (number, number / 3, "red", "blue", True, float("nan"), -1, "", "{{ 1 }}", 10**400)[number])
    if kind == "say" and ask is not None:
        topics = [None, "dark", "nobody", *(topic.id for topic in ask.topics)]
        typed = ("{{ 7*7 }}", "", "why?", "x" * 500, "\x00\ud800!")[number % 5]
        return Say(ask.poll, typed, topics[number % len(topics)])
    return Choose(f"a.{number}", "x") if kind == "nonsense" else Advance(play.moment.number)


def apply(play: Playthrough, kind: str, number: int) -> None:
    before, refusals = play.save(), list[Refused]()
    try:
        play.apply(event(play, kind, number))
    except Refused as refusal:
        refusals.append(refusal)
    for refusal in refusals:
        assert refusal.code != "story_fault", str(refusal)
        assert play.save() == before


@each_story
@given(st.integers(0, 2**53 - 1), steps)
@settings(max_examples=15, deadline=None)
def test_random_walks_never_fail_and_polls_are_never_asked_twice(
    story: Story, seed: int, walk: list[tuple[str, int]]
) -> None:
    play, polls, numbers = Playthrough.start(story, seed), list[str](), [0]
    for kind, number in walk:
        last = play.moment
        apply(play, kind, number)
        if kind == "steer":
            assert (play.moment.number, play.moment.scene) == (last.number, last.scene)
        elif play.moment is not last:
            numbers.append(play.moment.number)
            polls += [play.moment.ask.poll] if play.moment.ask else []
    assert len(set(polls)) == len(polls)
    assert numbers == list(range(len(numbers)))


@each_story
@given(st.integers(0, 2**53 - 1), steps, steps)
@settings(max_examples=10, deadline=None)
def test_a_save_brings_back_the_same_walk(
    story: Story, seed: int, before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    play = Playthrough.start(story, seed)
    for kind, number in before:
        apply(play, kind, number)
    other = Playthrough.load(story, play.save())
    assert other.moment == play.moment
    for kind, number in after:
        apply(play, kind, number)
        apply(other, kind, number)
    assert (other.moment, other.save()) == (play.moment, play.save())


@each_story
@given(st.integers(0, 9), steps)
@settings(max_examples=6, deadline=None)
def test_the_same_events_give_the_same_moments(story: Story, seed: int, walk: list[tuple[str, int]]) -> None:
    one, two = Playthrough.start(story, seed), Playthrough.start(story, seed)
    for kind, number in walk:
        apply(one, kind, number)
        apply(two, kind, number)
        assert one.moment == two.moment


LANTERN = (Path(__file__).parents[2] / "stories" / "lantern.yaml").read_text(encoding="utf-8").split("\n")
junk = st.text(alphabet="{}[]:,-#%&*!|>'\"\t $abc{{}}\n", min_size=1, max_size=6)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("junk") / "tale.yaml"


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 60), junk), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_story_gives_diagnostics_that_lie_within_it(
    scratch: Path, damage: list[tuple[int, int, str]]
) -> None:
    lines = LANTERN[:60]
    for row, column, text in damage:
        lines[row] = lines[row][:column] + text + lines[row][column:]
    scratch.write_text("\n".join(lines), encoding="utf-8")
    rows = scratch.read_text(encoding="utf-8").split("\n")
    for one in check(scratch).diagnostics:
        assert 1 <= one.spot.line <= len(rows)
        assert 1 <= one.spot.column <= len(rows[one.spot.line - 1]) + 2
        assert one.message


@given(st.text(alphabet="{}%#()[]|~+*-/ '\"\\.,:=<>_0123456789abcoinslt\n", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_template_gets_past_its_errors(source: str) -> None:
    compiler = Compiler(
        frozenset({"coins", "lit"}), {"visits": ("scene", frozenset({"a"})), "chosen": ("choice", frozenset({"b"}))}
    )
    scope = TrialScope({"coins": 3, "lit": True})
    texts = [compiler.text(source, "x"), compiler.text(f"{{{{ {source} }}}}", "x")]
    for compiled in (compiler.expression(source, "x"), *texts):
        with suppress(Fault):
            if isinstance(compiled, Expression):
                compiled.evaluate(scope)
            elif isinstance(compiled, Text):
                compiled.render(scope)
            else:
                assert compiled
                assert all(flaw.message for flaw in compiled)


@given(
    st.lists(
        st.sampled_from(
            ["#% for n in ", "#% if ", "#% set n = ", "#% endfor", "#% endif", "#% else", "text ${ ", "${"]
        ).flatmap(
            lambda start: st.text(alphabet="{}%#()[]|~+*-/ '\".,:=<>019anrge_", max_size=16).map(
                lambda end: f"{start}{end}"
            )
        ),
        max_size=6,
    )
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_load_time_line_gets_past_its_errors(scratch: Path, lines: list[str]) -> None:
    scratch.write_text("\n".join(["story: x", *lines, "scenes: {a: {ending: x}}"]), encoding="utf-8")
    for one in check(scratch).diagnostics:
        assert 1 <= one.spot.line <= len(lines) + 2
