import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("skia", reason="the painter is the extra `train`")

from PIL import Image

from forkreel.atelier.evaluation import continuity
from forkreel.atelier.evaluation.axes import WEATHER, Reader, continuous, obedience, rank_correlation
from forkreel.atelier.evaluation.fidelity import disc_at, fidelity, spread
from forkreel.atelier.evaluation.likeness import Picture, edge_energy, gmsd, haarpsi, psnr
from forkreel.atelier.evaluation.prompts import KINDS, PARAPHRASES
from forkreel.atelier.evaluation.report import Counts, Report, Row, evaluate
from forkreel.atelier.evaluation.views import VIEWS
from forkreel.atelier.painter import Painter
from forkreel.atelier.phrases import CALM, PHRASES, ways
from forkreel.atelier.sheets import sheet
from forkreel.errors import ForkreelError
from forkreel.model.house import HouseModel

FEW = Counts(settings=2, learned=24, asked=8, axes=("haze", "rain"), walk=4, scenes=2, move_s=0.13)


@pytest.fixture(scope="module")
def model():
    opened = HouseModel.open()
    yield opened
    opened.close()


def pictures(height: int, width: int) -> tuple[Picture, Picture, Picture]:
    """A smooth picture, the same moved by a pixel, the same with noise."""
    ys, xs = np.mgrid[:height, :width]
    parts = [127 + 100 * np.sin(xs / 9), 127 + 100 * np.cos(ys / 7), (xs * 2 + ys * 3) % 256]
    smooth = np.stack(parts, 2).clip(0, 255).astype(np.uint8)
    noise = np.random.default_rng(5).integers(-20, 21, smooth.shape)
    return smooth, np.roll(smooth, 1, 1), (smooth.astype(int) + noise).clip(0, 255).astype(np.uint8)


def test_haarpsi_and_gmsd_are_what_piq_0_8_0_says_of_the_same_pictures():
    smooth, moved, noisy = pictures(144, 256)
    assert haarpsi(smooth, moved) == pytest.approx(0.959397, abs=1e-4)
    assert haarpsi(smooth, noisy) == pytest.approx(0.930708, abs=1e-4)
    assert gmsd(smooth, moved) == pytest.approx(0.0068098, abs=1e-5)
    assert gmsd(smooth, noisy) == pytest.approx(0.0185011, abs=1e-5)
    assert (haarpsi(smooth, smooth), gmsd(smooth, smooth)) == (1.0, 0.0)


def test_noise_adds_edge_energy_and_blur_takes_it():
    smooth, _, noisy = pictures(72, 128)
    blurred = np.asarray(Image.fromarray(noisy).reduce(2).resize((128, 72)))
    assert edge_energy(noisy) > 2 * edge_energy(smooth) > 0
    assert edge_energy(blurred) < edge_energy(noisy) / 2


def test_psnr_and_the_disc_are_measured_rightly():
    black = np.zeros((100, 100, 3), np.uint8)
    assert psnr(black, black) == 99.0
    assert psnr(black, np.full_like(black, 255)) == 0.0
    black[40:51, 60:71] = 255
    assert disc_at(black, 0.62, 0.43) == (65.0, 45.0)
    assert np.isnan(spread([])).all()


def test_a_row_is_met_within_its_bounds_only():
    assert Row("edges", 1.0, 0.9, 1.1).met
    assert not Row("edges", 1.2, 0.9, 1.1).met
    assert not Row("nothing was seen", float("nan"), 0.9).met
    assert Row("hue", float("nan"), most=6).as_json() == {
        "measure": "hue", "unit": "", "value": None, "least": None, "most": 6, "met": False,
    }  # fmt: skip


def test_the_shipped_model_paints_what_the_painter_would(model: HouseModel):
    figures = fidelity(model, 24, lambda _: None)
    assert figures.psnr_db[0] >= 33
    assert figures.fox_psnr_db[0] >= 27.5
    assert figures.moon_px[0] < 3
    assert figures.haarpsi["1024x576"][0] > 0.6


def test_the_painters_own_fox_is_found_where_its_mask_is_and_has_its_hue():
    painter = Painter()
    for setting in continuity.scenes(4):
        fox, shadow, coat = continuity._fox_mask(setting, (512, 288))
        with_fox = painter.paint(setting, (512, 288))
        without = painter.paint(continuity.replace(setting, fox=0.0), (512, 288))
        assert continuity._overlap(fox, continuity._silhouette(with_fox, without, shadow)) > 0.8
        assert coat.sum() > 50


def test_every_axis_that_is_a_number_has_a_view_and_weather_is_the_models_own():
    names = [axis.name for axis in continuous()]
    assert set(names) <= set(VIEWS)
    assert set(WEATHER) < set(names)
    assert {axis.name for axis in continuous() if axis.turns} >= {"hour", "pan", "turn", "scarf"}


def test_a_reader_reads_what_it_has_not_seen_and_ranks_are_compared():
    rng = np.random.default_rng(2)
    values = rng.random((80, 1))
    seen = np.hstack([np.sin(5 * values), values**2, rng.normal(0, 0.01, (80, 30))])
    reader = Reader(seen[:60], values[:60])
    assert rank_correlation(values[60:, 0], reader.read(seen[60:])[:, 0]) > 0.95
    assert rank_correlation(np.arange(5.0), -(np.arange(5.0) ** 3)) == pytest.approx(-1)
    assert rank_correlation(np.arange(5.0), np.ones(5)) == 0


def test_the_shipped_models_axes_are_read_off_its_pictures_and_the_painters_are_kept(
    model: HouseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = obedience(model, lambda _: None, 60, 12, ("haze", "fox_x"))
    assert min(first.model.values()) > 0.9
    assert len(list(tmp_path.rglob("*.npy"))) == 4
    assert obedience(model, lambda _: None, 60, 12, ("haze", "fox_x")) == first


def test_no_paraphrase_holds_a_phrase_that_the_reader_is_trained_with():
    """But for "a fox" and "the lantern", which every caption is about."""
    phrases = [
        phrase
        for row, choices in PHRASES.items()
        for choice, said in choices.items()
        if (row, choice) not in (("pose", "silent"), ("body", "silent"))
        for phrase in said
    ]
    learned = {way.lower() for phrase in (*phrases, *CALM) for way in ways(phrase) if " " in way}
    wishes = [json.loads(line) for line in PARAPHRASES.read_text(encoding="utf-8").splitlines()]
    assert len(wishes) == 200
    assert all(set(wish) > {"text"} and set(wish) <= {"text", *KINDS} for wish in wishes)
    said = [re.findall(r"[\w'-]+", wish["text"].lower()) for wish in wishes]
    spans = {" ".join(words[a:b]) for words in said for a in range(len(words)) for b in range(a + 2, len(words) + 1)}
    assert spans & {" ".join(re.findall(r"[\w'-]+", way)) for way in learned} == set()


def test_a_report_has_a_row_for_every_measure_and_is_json(
    model: HouseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    report: Report = evaluate(model, None, FEW)
    told = json.loads(json.dumps(report.as_json(), allow_nan=False))
    measures = " ".join(row["measure"] for row in told["table"])
    asked = "whole picture/character's box/HaarPSI/edge energy/1024x576/axis haze/axis rain/understood: weather"
    for word in f"{asked}/walk of 4 frames/restart/coat's hue/silhouette/smoothness".split("/"):
        assert word in measures
    assert report.smoothness.keys() == report.smoothness_of_truth.keys()
    assert report.same_after_a_walk
    assert report.same_after_a_restart
    assert all(row.line() in report.lines() for row in report.rows())


@pytest.mark.parametrize(("kind", "columns", "rows"), [("places", 6, 10), ("weathers", 3, 3), ("turntable", 6, 4)])
def test_a_contact_sheet_has_its_pairs(model: HouseModel, tmp_path: Path, kind: str, columns: int, rows: int):
    sheet(model, kind, tmp_path / "sheet.png", (256, 144))
    with Image.open(tmp_path / "sheet.png") as drawn:
        assert drawn.size == (256 * columns, 144 * rows)


def test_a_sheet_that_there_is_not_is_refused_with_those_that_there_are(model: HouseModel, tmp_path: Path):
    with pytest.raises(ForkreelError, match="no sheet of 'moods'; there are overview, places, hours, weathers"):
        sheet(model, "moods", tmp_path / "x.png")
    with pytest.raises(ForkreelError, match="cannot be written"):
        sheet(model, "weathers", tmp_path / "nowhere" / "x.png", (256, 144))
