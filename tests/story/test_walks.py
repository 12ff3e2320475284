import json

import pytest

from forkreel.story import Playthrough
from forkreel.story.moment import Advance, Choose, Expire
from forkreel.story.rehearse import rehearse
from forkreel.story.walks import MAX_MOMENTS, MAX_TOLD, WAIT, walk
from tests.story.conftest import Told, feature

TRAPPED = """
    story: A well
    scenes:
      rim: {ask: {choices: [{id: down, label: Down, goto: well}, {id: off, label: Off, goto: home}]}}
      well: {goto: echo}
      echo: {goto: well}
      home: {ending: Home}
      moon: {say: [Nobody comes here.], goto: home}
"""
FAULTY = """
    story: A sum
    vars: {n: 2}
    scenes:
      a: {ask: {choices: [{id: less, label: Less, set: {n: n - 1}, goto: b}]}}
      b: {say: ["{{ 6 // n }}"], ask: {choices: [{id: back, label: Back, goto: a}, {id: out, label: Out, goto: end}]}}
      end: {ending: Out}
"""


def test_the_same_seed_walks_the_same_and_another_does_not() -> None:
    story = feature("timer")
    assert walk(story, 20, 3).as_json() == walk(story, 20, 3).as_json()
    assert walk(story, 20, 3).as_json() != walk(story, 20, 4).as_json()


def test_more_runs_begin_with_the_same_walks(told: Told) -> None:
    story = told(FAULTY)
    few: list[tuple[int, str, tuple[str, ...]]] = []
    many: list[tuple[int, str, tuple[str, ...]]] = []
    walk(story, 5, look=lambda play, picks: few.append((play.seed, play.moment.scene, tuple(picks))))
    walk(story, 40, look=lambda play, picks: many.append((play.seed, play.moment.scene, tuple(picks))))
    assert len(few) < len(many)
    assert many[: len(few)] == few


def test_coverage_names_what_was_never_seen(told: Told) -> None:
    walks = walk(told(TRAPPED), 20)
    assert walks.never() == {"scenes": ["moon"], "choices": [], "lines": ["moon.1"], "endings": []}
    assert walks.choices["rim.down"] + walks.choices["rim.off"] == 20
    assert walks.coverage() == {"scenes": (4, 5), "choices": (2, 2), "lines": (0, 1), "endings": (1, 1)}
    assert walks.steps == sum(walks.scenes.values())
    assert "scenes: 4 of 5 seen; never seen: moon" in walks.render()


def test_a_place_without_a_way_to_an_ending_is_a_dead_end(told: Told) -> None:
    walks = walk(told(TRAPPED), 20)
    assert not walks.ok
    assert walks.troubles["dead-end"] == walks.choices["rim.down"] > 0
    assert walks.endings["home"] == walks.choices["rim.off"]
    assert {stray.scene for stray in walks.strays} <= {"well", "echo"}
    assert len(walks.strays) <= MAX_TOLD


def test_a_fault_of_the_story_is_told_with_the_picks_that_lead_to_it(told: Told) -> None:
    story = told(FAULTY)
    walks = walk(story, 40)
    assert not walks.ok
    [stray] = walks.strays
    assert (stray.trouble, stray.picks[-2:]) == ("fault", ("back", "less"))
    assert "division by zero" in stray.message
    assert stray.message in walks.render()


def test_a_fault_is_told_once_with_how_many_walks_met_it_and_the_fewest_picks(told: Told) -> None:
    walks = walk(told(FAULTY), 40)
    [stray] = walks.strays
    assert stray.walks == walks.troubles["fault"] > 1
    assert stray.picks == ("less", "back", "less")
    assert walks.render().count("division by zero") == 1
    assert f"fault in 'a', {stray.walks} walks: " in walks.render()
    assert walks.as_json()["strays"] == [stray.as_json()]


def test_faults_that_differ_in_a_value_alone_are_one_and_those_of_two_places_are_two(told: Told) -> None:
    walks = walk(
        told("""
        story: A pot
        vars: {n: {type: int, range: [0, 1]}}
        scenes:
          a: {ask: {choices: [{id: b, label: B, goto: b}, {id: c, label: C, goto: c}]}}
          b: {set: {n: "n + roll(7, 70)"}, goto: end}
          c: {set: {n: "n + roll(7, 70)"}, goto: end}
          end: {say: ["{{ n }}"], ending: Out}
        """),
        40,
    )
    assert sorted(stray.picks for stray in walks.strays) == [("b",), ("c",)]
    assert sum(stray.walks for stray in walks.strays) == 40


def test_a_fault_that_a_control_leads_to_is_told_with_how_it_was_set_and_so_can_be_tested(told: Told) -> None:
    text = """
        story: A stove
        vars: {heat: {type: int, range: [0, 3]}, pan: {type: enum, of: [iron, clay]}}
        scenes:
          a:
            ask:
              controls:
                - {id: fire, label: Fire, var: heat}
                - {id: which, label: Pan, var: pan, options: [{value: iron, label: Iron}, {value: clay, label: Clay}]}
              choices: [{id: cook, label: Cook, goto: b}]
          b: {say: ["{{ 6 // (0 if heat > 1 and pan == 'clay' else 1) }}"], ending: Done}
    """
    [stray] = walk(told(text), 40).strays
    assert stray.inputs["which"] == "clay"
    assert f'inputs {{fire: {stray.inputs["fire"]}, which: "clay"}}, picks [cook]' in stray.render()
    given = f"inputs: {{fire: {stray.inputs['fire']}, which: clay}}, picks: [cook], expect: {{scene: b}}"
    [outcome] = rehearse(told(f"{text.rstrip()}\n        tests: [{{name: t, {given}}}]\n"))
    assert "division by zero" in outcome.render()


def test_of_very_many_faults_the_rest_is_counted(told: Told) -> None:
    rooms = [f"room{number}" for number in range(MAX_TOLD + 2)]
    choices = ", ".join(f"{{id: {room}, label: To it, goto: {room}}}" for room in rooms)
    scenes = "".join(f'  {room}: {{say: ["{{{{ 1 // n }}}}"], ending: {{id: {room}, title: x}}}}\n' for room in rooms)
    walks = walk(told(f"story: x\nvars: {{n: 0}}\nscenes:\n  a: {{ask: {{choices: [{choices}]}}}}\n{scenes}"), 200)
    assert len(walks.strays) == MAX_TOLD
    untold = 200 - sum(stray.walks for stray in walks.strays)
    assert walks.render().endswith(f"and in other ways: {untold} walks")


def test_a_fault_in_the_first_scene_stops_no_other_walk(told: Told) -> None:
    walks = walk(told("story: x\nvars: {n: 0}\nscenes: {a: {say: ['{{ 1 // n }}'], ending: x}}\n"), 3)
    assert walks.troubles == {"fault": 3}
    assert walks.as_json()["picks"] == {"mean": None, "min": None, "max": None}


def test_a_walk_that_goes_round_for_ever_is_given_up(told: Told) -> None:
    walks = walk(told("story: x\nvars: {n: 0}\nscenes: {a: {goto: [{when: n > 0, goto: b}, a]}, b: {ending: x}}\n"), 2)
    assert walks.troubles == {"cap": 2}
    assert walks.ok
    assert walks.scenes["a"] == 2 * MAX_MOMENTS


def test_timers_run_out_now_and_then() -> None:
    walks = walk(feature("timer"), 60)
    assert any(WAIT in picks for _, picks in walks.shortest.values()) or walks.choices["a.rope"] > 0
    assert walks.never()["endings"] == []


def test_the_shortest_picks_lead_to_their_ending_again() -> None:
    story = feature("timer")
    walks = walk(story, 30)
    for ending, (seed, picks) in walks.shortest.items():
        play, waiting = Playthrough.start(story, seed), list(picks)
        while play.moment.ending is None:
            ask = play.moment.ask
            if ask is None:
                play.apply(Advance(play.moment.number))
            else:
                pick = waiting.pop(0)
                play.apply(Expire(ask.poll) if pick == WAIT else Choose(ask.poll, pick))
        assert (play.moment.ending.id, waiting) == (ending, [])


@pytest.mark.parametrize("name", ["first", "chance", "goto"])
def test_the_report_is_plain_json(name: str) -> None:
    found = json.loads(json.dumps(walk(feature(name), 5).as_json()))
    assert found["runs"] == 5
    assert sum(ending["walks"] for ending in found["endings"].values()) == 5


def test_typed_answers_and_the_lines_of_answers_count_too() -> None:
    walks = walk(feature("typing"), 40)
    assert walks.never() == {"scenes": [], "choices": [], "lines": [], "endings": []}
    assert "choices: 4 of 4 seen" in walks.render()
    assert "lines: 3 of 3 seen" in walks.render()


DIALLED = """
    story: A dial
    vars: {glow: {type: float, default: 0.2, range: [0, 1]}}
    scenes:
      a:
        ask:
          controls: [{id: glow, label: Glow, var: glow}]
          choices: [{id: go, label: Go, when: glow < 0.5, goto: b}]
        goto: b
      b: {ending: End}
"""


def test_a_control_that_takes_a_choice_away_or_closes_the_question_is_no_fault_of_the_story(told: Told) -> None:
    open_on = DIALLED.replace("goto: b}]\n        goto: b", "goto: b}, {id: no, label: No, goto: b}]")
    for text in (DIALLED, open_on):
        walks = walk(told(text), 40)
        assert walks.ok, walks.render()
        assert walks.endings["b"] == 40


def test_a_fallback_that_is_taken_by_itself_is_seen(told: Told) -> None:
    walks = walk(
        told("""
        story: A well
        scenes:
          a: {ask: {choices: [{id: c, label: C, once: true, goto: a}, {id: f, fallback: true, goto: b}]}}
          b: {ending: End}
        """),
        5,
    )
    assert walks.choices == {"a.c": 5, "a.f": 5}
    assert walks.never()["choices"] == []
