"""Figures of soft modes and pinches: drawn of made-up glasses, and of nothing, where each panel says what it lacks."""

import warnings
from pathlib import Path

import pytest
import soft_glasses
from project import ROOT

from glassworks.campaign.jobs.results import context
from glassworks.campaign.planned.loading import load_campaign
from glassworks.studies import derive, make

PAPER = context(load_campaign({"papers": "sticky"}, ROOT).papers["sticky"])
NUMBERS = ("7", "8", "9", "10", "11", "12", "14", "17", "S5", "S6", "S7", "S8", "S9")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Tables of all figures: two sizes, large glasses, and an ensemble alone that has no soft mode."""
    made = soft_glasses.all_groups(40)
    for group in ("rc11", "rc15"):
        hot = soft_glasses.TEMPERATURES[group][0]
        made.ensemble(group, hot, 20, n=3000)
        made.decay(group, hot, 10, 3.0)
    raw, place = made.frames(), tmp_path_factory.mktemp("tables")
    for name, frame in (derive(PAPER | {"claims": []}, raw) | {"modes": raw["modes"]}).items():
        frame.to_parquet(place / f"{name}.parquet")
    return place


@pytest.mark.parametrize("number", NUMBERS)
def test_every_panel_has_points(folder, number):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = make(PAPER, number, folder)
    assert all(axes.lines or axes.collections for axes in figure.axes)
    labels = {axes.get_xlabel() for axes in figure.axes} | {axes.get_ylabel() for axes in figure.axes}
    assert len(labels - {""}) >= 2


@pytest.mark.parametrize("number", NUMBERS)
def test_a_panel_without_data_says_so(tmp_path, number):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = make(PAPER, number, tmp_path)
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert any(len(text) > 15 for text in said), number
