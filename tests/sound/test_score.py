import pytest

from forkreel.sound.score import DAWN, DAY, DUSK, NIGHT, TENSE, Note, Score, mood_at
from forkreel.story.language import MOODS

EIGHTH = 10  # frames


def written(score: Score, frames: range, **axes: float) -> dict[int, list[Note]]:
    notes = {frame: score.notes(frame, {"hour": 12.0, **axes}) for frame in frames}
    return {frame: found for frame, found in notes.items() if found}


def test_everything_begins_on_an_eighth() -> None:
    for start in (0, 7, 133):
        frames = written(Score(5, 24), range(start, start + 2000), lantern=1.0)
        assert frames
        assert all(frame % EIGHTH == 0 for frame in frames)


def test_the_same_seed_writes_the_same_music_and_another_seed_another() -> None:
    pieces = [written(Score(seed, 24), range(1000)) for seed in (3, 3, 4)]
    assert pieces[0] == pieces[1]
    assert pieces[0] != pieces[2]


def test_a_pause_brings_nothing_new() -> None:
    score = Score(1, 24)
    assert score.notes(0, {})
    assert not any(score.notes(0, {}) for _ in range(50))


def test_a_frame_that_was_skipped_takes_no_chord_with_it() -> None:
    score = Score(1, 24)
    score.notes(155, {})
    assert any(note.instrument == "pad" for note in score.notes(163, {}))


def test_a_show_that_was_rewound_is_played_again_from_there() -> None:
    once, again = Score(9, 24), Score(9, 24)
    written(again, range(900))
    assert written(once, range(160, 480)) == written(again, range(160, 480))


@pytest.mark.parametrize(
    ("hour", "mood"), [(0.0, NIGHT), (4.9, NIGHT), (6.5, DAWN), (12.0, DAY), (18.5, DUSK), (23.0, NIGHT), (24.0, NIGHT)]
)
def test_the_mood_follows_the_hour(hour: float, mood: object) -> None:
    assert mood_at(hour) is mood


@pytest.mark.parametrize("mood", [NIGHT, DAWN, DAY, DUSK], ids=lambda mood: mood.name)
def test_the_tune_keeps_to_the_moods_scale_and_the_pads_to_its_chords(mood) -> None:
    hour = {"night": 0.0, "dawn": 6.0, "day": 12.0, "dusk": 18.0}[mood.name]
    notes = [note for found in written(Score(2, 24), range(6000), hour=hour).values() for note in found]
    assert {note.pitch for note in notes if note.instrument == "box"} <= set(mood.scale)
    assert {note.pitch for note in notes if note.instrument == "pad"} == {
        tone for chord in mood.chords for tone in chord
    }


def test_the_night_is_sparser_and_lower_than_the_day() -> None:
    def tune(hour: float) -> list[int]:
        played = [written(Score(seed, 24), range(4000), hour=hour) for seed in range(3)]
        return [n.pitch for piece in played for found in piece.values() for n in found if n.instrument == "box"]

    night, day = tune(0.0), tune(12.0)
    assert len(night) < 0.75 * len(day)
    assert sum(night) / len(night) < sum(day) / len(day) - 3


def test_a_change_of_the_hour_waits_for_the_next_chord() -> None:
    score = Score(2, 24)
    written(score, range(85))
    late = [note for found in written(score, range(85, 160), hour=0.0).values() for note in found]
    assert all(note.brightness == DAY.brightness for note in late if note.instrument == "pad")
    new = score.notes(160, {"hour": 0.0})
    assert {note.brightness for note in new if note.instrument == "pad"} == {NIGHT.brightness}


def test_the_night_goes_slower_and_the_tempo_changes_on_the_beat_with_a_chord() -> None:
    score = Score(2, 24)
    day = written(score, range(160))
    score.wanted = "tense"
    tense = written(score, range(160, 160 + 9 * 16))
    score.wanted = "still"
    night = written(score, range(304, 304 + 12 * 16))
    assert all(frame % 10 == 0 for frame in day)
    assert all((frame - 160) % 9 == 0 for frame in tense)
    assert all((frame - 304) % 12 == 0 for frame in night)
    assert min(tense) == 160, "a chord on the first beat"
    assert min(night) == 304


@pytest.mark.parametrize(
    ("mood", "lead"), [("bright", "box"), ("tender", "harp"), ("wistful", "reed"), ("still", "box"), ("tense", "reed")]
)
def test_each_mood_has_an_instrument_that_leads(mood: str, lead: str) -> None:
    score = Score(2, 24)
    score.wanted = mood
    notes = [note for found in written(score, range(1500)).values() for note in found]
    assert lead in {note.instrument for note in notes}
    assert ("pulse" in {note.instrument for note in notes}) == (mood == "tense")


@pytest.mark.parametrize("axis", ["gait", "run"])
def test_the_music_goes_along_with_who_walks_and_stands_with_who_stands(axis: str) -> None:
    def plucked(**axes: float) -> int:
        score = Score(2, 24)
        score.wanted = "tender"
        notes = [note for found in written(score, range(1500), fox=1.0, **axes).values() for note in found]
        return sum(note.instrument == "harp" for note in notes)

    assert plucked(**{axis: 1.0}) > 2 * plucked(**{axis: 0.0})


def test_a_turn_of_the_story_is_answered_on_the_next_beat() -> None:
    plain, turned = Score(2, 24), Score(2, 24)
    for score in (plain, turned):
        written(score, range(35))
    turned.turn(ended=False)
    without, answered = written(plain, range(35, 80)), written(turned, range(35, 80))
    more = {frame: len(answered[frame]) - len(without.get(frame, [])) for frame in answered}
    assert {frame: count for frame, count in more.items() if count} == {40: 1, 50: 1, 60: 1, 70: 1}


def test_after_an_ending_the_melody_rests() -> None:
    score = Score(2, 24)
    score.turn(ended=True)
    notes = [note for found in written(score, range(3200)).values() for note in found]
    assert sum(note.instrument == "box" for note in notes) == 4 + 2 * 10  # the figure; a note a phrase, and its echo
    assert {note.pitch for note in notes if note.instrument == "pad"} == set(DAY.chords[0])


def test_the_lantern_makes_glints_and_no_lantern_none() -> None:
    def glints(lantern: float) -> int:
        played = written(Score(2, 24), range(3000), lantern=lantern)
        return sum(note.instrument == "glint" for found in played.values() for note in found)

    assert glints(0.0) == 0
    assert glints(1.0) > glints(0.3) > 0


def test_the_storys_mood_is_taken_up_with_the_next_chord_and_wins_over_hour_and_weather() -> None:
    score = Score(2, 24)
    written(score, range(85))
    score.wanted = "tense"
    assert all(note.brightness == DAY.brightness for note in written(score, range(85, 160)).get(80, []))
    assert {n.brightness for n in score.notes(160, {"hour": 12.0}) if n.instrument == "pad"} == {TENSE.brightness}


def test_a_storm_makes_the_music_tense() -> None:
    notes = Score(2, 24).notes(0, {"hour": 12.0, "storm": 0.9})
    assert {note.brightness for note in notes if note.instrument == "pad"} == {TENSE.brightness}


def test_a_silent_scene_has_no_notes_from_its_next_chord_on_and_the_music_comes_back() -> None:
    score = Score(2, 24)
    written(score, range(10))
    score.wanted = "silent"
    rest = written(score, range(10, 800))
    assert max(rest, default=0) < 160 + 30
    score.wanted = None
    assert any(note.instrument == "pad" for found in written(score, range(800, 1000)).values() for note in found)


def test_every_mood_of_the_language_is_played() -> None:
    for mood in MOODS:
        score = Score(2, 24)
        score.wanted = mood
        assert bool(score.notes(0, {})) == (mood != "silent")
