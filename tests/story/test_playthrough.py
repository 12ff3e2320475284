import pytest

from forkreel.errors import Refused, StoryError
from forkreel.story.moment import Advance, Back, Choose, Ending, Expire, Line, Motion, Shot
from tests.story.conftest import Told, choose, feature, poll, refused, start


def test_a_choice_leads_to_its_scene_and_the_ending_is_shown() -> None:
    play = start(feature("first"))
    assert play.moment.lines == (Line("door.1", "Somebody knocks."),)
    moment = choose(play, "open")
    assert (moment.number, moment.scene, moment.scene_index) == (1, "friend", 1)
    assert moment.ending == Ending("friend", "A friend")
    assert moment.shot == Shot("a door in the rain")


def test_a_line_has_three_forms() -> None:
    story = feature("cast")
    assert dict(story.cast) == {"fox": "The fox", "owl": "Owl", "bat": "bat"}
    assert [(line.id, line.who) for line in start(story).moment.lines] == [
        ("a.1", None),
        ("a.2", "fox"),
        ("wise", "owl"),
        ("a.4", None),
    ]


def test_variables_hold_their_types_and_min_and_max_keep_numbers_in_their_range() -> None:
    play = start(feature("vars"))
    assert dict(play.state.variables) == {
        "coins": 5,
        "speed": 0.5,
        "brave": True,
        "name": "Ash!",
        "mood": "calm",
        "short_int": 3,
        "short_float": 1.5,
        "short_bool": False,
        "short_text": "no",
    }
    assert isinstance(play.state.variables["short_int"], int)
    assert play.moment.lines[0].text == "5 0.5 True Ash! calm 3 no"


def test_a_number_beyond_its_range_is_a_fault_that_names_the_line(told: Told) -> None:
    play = start(
        told("""
        story: x
        vars: {coins: {type: int, default: 8, range: [0, 9]}}
        scenes:
          a:
            ask:
              choices:
                - {id: earn, label: Earn, set: {coins: coins + 1}, goto: a}
                - {id: stop, label: Stop, goto: end}
          end: {say: ["{{ coins }}"], ending: x}
        """)
    )
    choose(play, "earn")
    assert refused(play, Choose(poll(play), "earn")) == "story_fault"
    with pytest.raises(Refused, match=r"tale\.yaml:7:48: 'coins' goes from 0 to 9, not to 10"):
        play.apply(Choose(poll(play), "earn"))
    assert choose(play, "stop").lines[0].text == "9"


def test_axes_keep_the_types_of_their_templates_and_a_scene_without_a_picture_keeps_the_last() -> None:
    play = start(feature("axes"))
    shot = Shot("the lake", {"place": "lake", "haze": 0.5, "hour": 6.0, "word": "no2"}, {"pan": 0.025, "hour": -1.0})
    assert play.moment.shot == shot
    assert play.apply(Advance(0)).shot == shot


def test_a_move_is_as_the_author_wants_it() -> None:
    play = start(feature("move"))
    motions = [play.moment.motion, *(play.apply(Advance(number)).motion for number in range(3))]
    assert motions == [
        Motion(3.0, "in-out", "direct"),
        Motion(1.5, "out", "direct"),
        Motion(3.0, "in-out", "cut"),
        Motion(4.0, "in-out", "via", {"haze": 0.8}),
    ]


def test_when_the_timer_runs_out_the_default_is_taken() -> None:
    play = start(feature("timer"))
    ask = play.moment.ask
    assert ask is not None
    assert (ask.timer_s, [choice.available for choice in ask.choices]) == (8.0, [True, False, True])
    choose(play, "look")
    assert play.apply(Expire(poll(play))).ending == Ending("dry", "Dry")


def test_a_default_that_cannot_be_taken_gives_way_to_the_first_that_can() -> None:
    play = start(feature("timer"))
    assert play.moment.ask is not None
    assert play.moment.ask.default == "jump"
    assert play.apply(Expire(poll(play))).ending == Ending("wet", "Wet")


def test_a_choice_that_is_spent_stays_in_sight_and_without_any_left_the_scene_goes_on() -> None:
    play = start(feature("once"))
    moment = choose(play, "low")
    assert moment.ask is not None
    assert [choice.available for choice in moment.ask.choices] == [False, True]
    assert refused(play, Choose(poll(play), "low")) == "unavailable"
    moment = choose(play, "high")
    assert (moment.scene, moment.advances) == ("tree_or_home", True)
    assert play.apply(Advance(moment.number)).ending == Ending("home", "Full")


def test_a_question_with_nothing_left_to_take_is_not_asked(told: Told) -> None:
    story = told("""
        story: x
        scenes:
          a: {ask: {choices: [{id: c, label: C, once: true, goto: a}]}, goto: b}
          b: {ending: x}
        """)
    play = start(story)
    moment = choose(play, "c")
    assert moment.ask is None
    assert moment.advances
    assert play.apply(Advance(moment.number)).scene == "b"
    assert [tuple(edge) for edge in story.edges()] == [("a", "a", "C", "c"), ("a", "b", "", None)]


@pytest.mark.parametrize(("earned", "ending"), [(0, "poor"), (1, "even_handed"), (2, "rich"), (3, "rich")])
def test_the_first_way_that_holds_is_taken(earned: int, ending: str) -> None:
    moment = choose(start(feature("goto")), *["earn"] * earned, "buy")
    assert moment.ending is not None
    assert moment.ending.id == ending
    assert moment.ending.title in ("Poor", "Rich", "Even, with 2")


def test_every_text_is_a_template_and_a_line_that_renders_to_nothing_is_left_out() -> None:
    play = start(feature("templates"))
    assert play.moment.shot.prompt == "ash in the rain"
    assert [line.text for line in play.moment.lines] == ["Ash has 2 coins.", "The lamp is lit.", "ASH\nwalks on."]
    assert play.moment.ask is not None
    assert (play.moment.ask.prompt, play.moment.ask.choices[0].label) == ("Ash?", "Pay 2")


def test_the_same_seed_rolls_the_same_dice_and_another_does_not() -> None:
    story = feature("chance")

    def texts(seed: int | None) -> list[str]:
        play = start(story, seed)
        return [play.moment.lines[0].text, *(choose(play, "again").lines[0].text for _ in range(9))]

    assert texts(None) == texts(5)
    assert texts(5) == texts(5)
    assert texts(5) != texts(6)
    assert len(set(texts(5))) > 1


def test_going_back_takes_everything_back_but_the_number_of_the_moment() -> None:
    play = start(feature("goto"))
    first = play.moment
    choose(play, "earn")
    second = play.moment
    choose(play, "earn", "buy")
    assert play.moment.ending is not None
    assert play.goes_back
    play.apply(Back())
    play.apply(Back())
    assert play.moment.scene == "shop"
    assert play.state.variables["coins"] == 2
    assert play.state.visits["shop"] == 2
    assert play.moment.number == 5
    assert second.ask is not None
    assert poll(play) != second.ask.poll
    play.apply(Back())
    assert (play.state.variables["coins"], dict(play.state.chosen)) == (1, {})
    assert not play.goes_back
    assert refused(play, Back()) == "nothing_to_undo"
    assert (play.moment.scene, play.moment.lines) == (first.scene, first.lines)


def test_chance_cannot_be_rolled_again_by_going_back() -> None:
    play = start(feature("chance"))
    once = choose(play, "again")
    play.apply(Back())
    again = choose(play, "again")
    assert (once.lines, once.shot) == (again.lines, again.shot)


def test_an_event_that_does_not_fit_is_refused_with_a_code() -> None:
    play = start(feature("timer"))
    assert refused(play, Choose("a.0", "nothing")) == "not_on_offer"
    assert refused(play, Choose("a.0", "rope")) == "unavailable"
    assert refused(play, Choose("a.1", "jump")) == "no_poll"
    assert refused(play, Choose("b.0", "jump")) == "no_poll"
    assert refused(play, Choose("", "")) == "no_poll"
    assert refused(play, Choose("a." + "9" * 5000, "jump")) == "no_poll"
    assert refused(play, Expire("a.7")) == "no_poll"
    assert refused(play, Advance(0)) == "not_advancing"
    assert refused(play, Advance(3)) == "late"
    assert refused(play, Back()) == "nothing_to_undo"
    choose(play, "look")
    assert refused(play, Choose("a.0", "jump")) == "late"
    assert refused(play, Expire("a.0")) == "late"
    choose(play, "jump")
    assert refused(play, Choose("a.1", "jump")) == "late"
    assert refused(play, Advance(2)) == "not_advancing"
    untimed = start(feature("first"))
    assert refused(untimed, Expire(poll(untimed))) == "no_timer"


def test_a_template_that_fails_while_playing_is_refused_with_its_place_and_changes_nothing(told: Told) -> None:
    play = start(
        told("""
        story: x
        vars: {n: 1}
        scenes:
          a:
            ask:
              choices:
                - {id: zero, label: Zero, set: {n: n - 1}, goto: b}
                - {id: end, label: End, goto: end}
          b: {say: ["{{ 1 / n }}"], goto: end}
          end: {ending: x}
        """)
    )
    assert refused(play, Choose(poll(play), "zero")) == "story_fault"
    with pytest.raises(Refused, match=r"tale\.yaml:9:13: .*division by zero"):
        play.apply(Choose(poll(play), "zero"))
    assert choose(play, "end").ending == Ending("end", "x")


def test_a_first_scene_that_fails_is_an_error_of_the_story(told: Told) -> None:
    story = told("story: x\nvars: {n: 0}\nscenes: {a: {prompt: '{{ 1 / n }}', ending: x}}\n")
    with pytest.raises(StoryError, match="division by zero"):
        start(story)


def test_the_graph_names_each_way() -> None:
    assert [tuple(edge) for edge in feature("goto").edges()] == [
        ("shop", "shop", "Earn", "earn"),
        ("shop", "rich", "Buy [coins >= 3]", "buy"),
        ("shop", "even", "Buy [coins == 2]", "buy"),
        ("shop", "poor", "Buy", "buy"),
    ]


def test_a_story_is_read_only() -> None:
    story = feature("first")
    with pytest.raises(TypeError):
        story.scenes["x"] = story.scenes["door"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        story.title = "y"  # type: ignore[misc]
