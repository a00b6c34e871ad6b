"""Figures are drawn from whatever there is, the same bytes each time."""

import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

from glassworks.campaign.jobs.results import context
from glassworks.campaign.planned.loading import load_campaign
from glassworks.figures import style
from glassworks.figures.panels import lettered, logarithmic
from glassworks.studies import analyse, draw, find, judge, make

ROOT = Path(__file__).parents[2]
PAPER = context(load_campaign({"papers": "pinching"}, ROOT).papers["pinching"])
NAMES = list(find("pinching").figures)


def produce(folder: Path, samples: int) -> Path:
    """Tables of a made-up scale below `folder`."""
    tables = synthetic.campaign(samples=samples).write(folder / "tables/pinching")
    derived = analyse(PAPER, tables)
    for name, frame in derived.items():
        frame.to_parquet(tables / f"{name}.parquet")
    judge(PAPER, tables).to_parquet(tables / "claims.parquet")
    return folder


@pytest.fixture(scope="module")
def products(tmp_path_factory):
    return produce(tmp_path_factory.mktemp("made"), 40)


def texts(figure) -> str:
    return " ".join(item.get_text() for axes in figure.axes for item in axes.texts)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_drawn_with_its_data(products, name):
    figure = make(PAPER, name, products / "tables/pinching")
    assert "at this scale" not in texts(figure)
    assert all(axes.has_data() or not axes.axison for axes in figure.axes)


@pytest.mark.parametrize("name", NAMES)
def test_missing_data_is_said_inside_the_panel(tmp_path, name):
    figure = make(PAPER, name, tmp_path)
    said = texts(figure)
    assert "at this scale" in said or "no fit" in said


@pytest.mark.parametrize("samples", [1, 4])
def test_tiny_campaigns_are_drawn(tmp_path, samples):
    tables = produce(tmp_path, samples) / "tables/pinching"
    for name in NAMES:
        figure = make(PAPER, name, tables)
        figure.draw_without_rendering()
        assert figure.axes


def test_same_tables_give_the_same_bytes(products, tmp_path):
    for turn in ("a", "b"):
        draw(PAPER, "4", products / "tables/pinching", tmp_path / turn / "fig4")
    for suffix in ("pdf", "png"):
        assert (tmp_path / f"a/fig4.{suffix}").read_bytes() == (tmp_path / f"b/fig4.{suffix}").read_bytes()


RC = """\
backend: Qt5Agg
text.usetex: True
font.family: Nonesuch
mathtext.default: rm
axes.grid: True
axes.prop_cycle: cycler("color", ["ff0000"])
axes.formatter.use_locale: True
axes.formatter.limits: -1, 1
lines.antialiased: False
path.simplify: False
savefig.bbox: tight
savefig.transparent: True
pdf.compression: 0
timezone: Asia/Tokyo
"""
DRAW = "import sys; from glassworks.studies import draw; draw({'paper': 'pinching'}, '4', sys.argv[1], sys.argv[2])"


def test_a_persons_settings_change_no_byte(products, tmp_path):
    """Physicists set `text.usetex`; a node of a cluster has no LaTeX, and figures carry a hash of their bytes."""
    (tmp_path / "matplotlibrc").write_text(RC)
    more = {"MATPLOTLIBRC": str(tmp_path), "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1"}
    tables = str(products / "tables/pinching")
    command = [sys.executable, "-c", DRAW, tables, str(tmp_path / "fig4")]
    subprocess.run(command, env={**os.environ, **more}, check=True)
    draw({"paper": "pinching"}, "4", tables, tmp_path / "plain")
    for suffix in ("pdf", "png"):
        assert (tmp_path / f"fig4.{suffix}").read_bytes() == (tmp_path / f"plain.{suffix}").read_bytes()


def test_figures_leave_a_persons_settings_alone(products):
    """A notebook that draws one goes on with its own backend and look."""
    tell = (
        "import matplotlib, sys; matplotlib.rcParams['lines.linewidth'] = 7.0; matplotlib.use('svg')\n"
        "from glassworks.studies import make; make({'paper': 'pinching'}, '4', sys.argv[1])\n"
        "print(matplotlib.rcParams['lines.linewidth'], matplotlib.get_backend())"
    )
    command = [sys.executable, "-c", tell, str(products / "tables/pinching")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["7.0", "svg"]


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(KeyError, match="there are: 1, 2"):
        draw({"paper": "pinching"}, "9", tmp_path, tmp_path / "fig9")
    with pytest.raises(KeyError, match="unheard: has no room"):
        draw({"paper": "unheard"}, "1", tmp_path, tmp_path / "fig1")


def test_left_out_ensembles_are_not_drawn(products, tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    for path in (products / "tables/pinching").glob("*.parquet"):
        frame = pd.read_parquet(path)
        if path.stem == "summary":
            frame.loc[frame["temperature"] < 0.6, "included"] = False
        frame.to_parquet(tables / path.name)
    legend = make(PAPER, "2", tables).axes[0].get_legend()
    assert len(legend.get_texts()) == 4


def test_every_figure_has_a_caption():
    captions = yaml.safe_load((ROOT / "workflow/report/pinching.yaml").read_text(encoding="utf-8"))
    assert set(captions) == set(NAMES)


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_a_layout_found_apart_is_that_of_matplotlib(products, suffix, monkeypatch):
    def drawn() -> bytes:
        return style.render(make(PAPER, "1", products / "tables/pinching"), suffix)

    apart = drawn()
    monkeypatch.setattr(style, "_laid_out", lambda made, suffix: nullcontext())
    assert drawn() == apart


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (3e-1, 5.0, ["0.5", "1", "2", "5"]),
        (0.11, 0.27, ["0.15", "0.2", "0.25"]),
        (3e-1, 20.0, ["0.3", "1", "3", "10"]),
        (600.0, 9000.0, ["1000", "2000", "5000"]),
        (1.1e-4, 9e-4, [r"2\times10^{-4}", r"5\times10^{-4}"]),
        (1e-3, 1e3, [r"10^{-3}", r"10^{-2}", r"10^{-1}", r"10^{0}", r"10^{1}", r"10^{2}", r"10^{3}"]),
    ],
)
def test_logarithmic_axes_have_some_labels_however_long(low, high, expected):
    """And none of a power of ten that is no whole number."""
    with style.settings():
        figure, [axes] = lettered(1)
        axes.plot([low, high], [0.0, 1.0])
        axes.set_xlim(low, high)
        logarithmic(axes, y=False)
        figure.draw_without_rendering()
        labels = [label.get_text() for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
            if low <= place <= high]  # fmt: skip
    told = [label.replace(r"\mathdefault", "").replace("{", "").replace("}", "").strip("$") for label in labels]
    assert told == [each.replace("{", "").replace("}", "") for each in expected]


def test_an_axis_without_positive_numbers_is_drawn():
    with style.settings():
        figure, [axes] = lettered(1)
        axes.plot([1.0, 2.0], [0.0, -1.0])
        logarithmic(axes)
        assert axes.get_xscale() == "log" and axes.get_yscale() == "linear"
        figure.draw_without_rendering()
