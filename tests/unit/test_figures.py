"""Figures are drawn from whatever there is, the same bytes each time; the report holds them without a network."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
import synthetic

from glassworks import report
from glassworks.report.page import _behind, number, symbols
from glassworks.studies import analyse, draw, find, judge, make

ROOT = Path(__file__).parents[2]
PAPER = yaml.safe_load((ROOT / "config/papers/pinching.yaml").read_text(encoding="utf-8"))
PAPER["figures"] = {str(number): figure for number, figure in PAPER["figures"].items()}
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
    figure = make("pinching", name, products / "tables/pinching")
    assert "at this scale" not in texts(figure)
    assert all(axes.has_data() or not axes.axison for axes in figure.axes)


@pytest.mark.parametrize("name", NAMES)
def test_missing_data_is_said_inside_the_panel(tmp_path, name):
    figure = make("pinching", name, tmp_path)
    said = texts(figure)
    assert "at this scale" in said or "no fit" in said


@pytest.mark.parametrize("samples", [1, 4])
def test_tiny_campaigns_are_drawn(tmp_path, samples):
    tables = produce(tmp_path, samples) / "tables/pinching"
    for name in NAMES:
        figure = make("pinching", name, tables)
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
        "from glassworks.studies import make; make('pinching', '4', sys.argv[1])\n"
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
    legend = make("pinching", "2", tables).axes[0].get_legend()
    assert len(legend.get_texts()) == 4


def test_report_is_self_contained(products):
    for name in NAMES:
        draw(PAPER, name, products / "tables/pinching", products / f"figures/pinching/fig{name}")
    report.write(
        [PAPER],
        products,
        products / "report.html",
        captions=ROOT / "workflow/report",
        costs={"pinching": [{"stage": "quench", "core_hours": 0.5}]},
    )
    page = (products / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == len(NAMES)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page) and "<script" not in page
    for claim in PAPER["claims"]:
        assert f'id="pinching-{claim["id"]}"' in page
    assert 'href="tables/pinching/summary.parquet"' in page and "core hours" in page
    assert page.count('class="badge') >= 5 + len(PAPER["claims"])
    claims = pd.read_parquet(products / "tables/pinching/claims.parquet")
    judged = claims[claims["verdict"] != "out of reach"]
    could = (judged["severity"] >= 0.5).sum()
    assert 0 < could and f"{could} of {len(judged)} judged claims could have failed" in page


def test_report_from_archived_tables_says_what_they_are(products, tmp_path):
    """A page that is drawn here and now of what was simulated elsewhere: at another scale, before, from other code."""
    tables = tmp_path / "from-archive/tables/pinching"
    shutil.copytree(products / "tables/pinching", tables)
    machine = {"cores": 64, "processor": "A <b>large</b> one", "system": "Linux"}
    sources = {
        "parts": 2, "wall_time": 1.0, "first": "2026-11-23T01:31:51+00:00", "last": "2026-11-23T02:12:55+00:00",
        "git_commits": ["5943f4d"], "machines": [machine], "packages": [{"numba": "0.68.1"}],
    }  # fmt: skip
    for name, record in {
        "glasses": {"stage": "gather", "scale": "evening", "sources": sources},
        "moduli": {"stage": "gather", "scale": "evening", "sources": {**sources, "last": "2026-11-24T00:00:00+00:00"}},
        "summary": {"stage": "analyse", "scale": "desk", "git_commit": "now", "date": "2026-12-01T00:00:00+00:00"},
    }.items():
        table = pq.read_table(tables / f"{name}.parquet")
        pq.write_table(table.replace_schema_metadata({"glassworks": json.dumps(record)}), tables / f"{name}.parquet")
    report.write([PAPER], tables.parents[1], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>Glassworks report, archived tables of scale evening</title>" in page
    assert "remade from nothing: <b>archived tables of scale evening</b>" in page
    simulated = page[page.index("Simulated</p>") : page.index("Analysed</p>")]
    for said in ("evening", "2026-11-23T01:31:51+00:00 to 2026-11-24T00:00:00+00:00", "5943f4d", "cores 64", "0.68.1"):
        assert said in simulated
    assert "A &lt;b&gt;large" in simulated and "desk" not in page[page.index("Analysed</p>") :]


def test_leftovers_beside_tables_are_not_on_the_page(products, tmp_path):
    shutil.copytree(products / "tables", tmp_path / "tables")
    (tmp_path / "tables/pinching/._glasses.parquet").write_bytes(b"what macOS leaves beside a file")
    report.write([PAPER], tmp_path, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'href="tables/pinching/glasses.parquet"' in page and "._glasses" not in page


def test_report_reads_the_claims_of_older_versions(products, tmp_path):
    folder = tmp_path / "tables/pinching"
    folder.mkdir(parents=True)
    claims = pd.read_parquet(products / "tables/pinching/claims.parquet").drop(
        columns=["expected", "rival", "severity"]
    )
    claims.assign(verdict="reproduced").to_parquet(folder / "claims.parquet")
    report.write([PAPER], tmp_path, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert f"{len(claims)} reproduced" in page and "How severe these verdicts are was not told" in page


def test_report_of_a_scale_that_promises_no_verdict_says_so(products):
    report.write([PAPER], products, products / "none.html", withheld="scale smoke promises no verdict")
    page = (products / "none.html").read_text(encoding="utf-8")
    assert "No verdicts: scale smoke promises no verdict." in page and "could have failed" not in page


def test_report_of_nothing_is_a_page(tmp_path):
    report.write([PAPER], tmp_path, tmp_path / "report.html")
    assert "No claims are judged" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_every_figure_has_a_caption():
    captions = yaml.safe_load((ROOT / "workflow/report/pinching.yaml").read_text(encoding="utf-8"))
    assert set(captions) == set(NAMES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3.00"),
        (0.3533, "0.353"),
        (17.82, "17.8"),
        (float("nan"), "–"),
        (2e-6, "2.00e-06"),
        (0.0, "0.00"),
        (150, "150"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text.replace("2.00e-06", "2.00 × 10^-6")


def test_symbols_escape_and_set():
    assert symbols("T_p < 1, poly-3d_N1000") == "T<sub>p</sub> &lt; 1, poly-3d_N1000"


def test_numbers_without_digits_are_written_too():
    assert [number(value) for value in (float("nan"), float("inf"), 0.0, 1234.0)] == ["–", "∞", "0.00", "1234"]


def test_samples_behind_a_figure_are_told_in_the_words_of_their_protocol():
    def row(**more) -> dict:
        return {
            "group": "g", "model": "m", "n": 512, "included": True, "protocol": "step", "temperature": 0.003,
            "rate": np.nan, "samples": 20,
        } | more  # fmt: skip

    summary = pd.DataFrame([
        row(), row(temperature=0.001, rate=1e-6), row(temperature=0.002, rate=1e-6, samples=18),
        row(temperature=0.001, rate=1e-7, samples=10), row(group="e", protocol="relax", samples=4),
        row(group="q", protocol="direct", temperature=1e-4), row(group="s", protocol="swap", temperature=0.5),
        row(group="c", protocol="cooling", temperature=np.nan, rate=1e-2), row(group="s", included=False),
    ])  # fmt: skip
    assert _behind(summary, ["g", "e", "q", "s", "c"]) == [
        "g: m, N = 512; trajectories cooled: 10 at rate 1e-07, 20 at rate 1e-06",
        "e: m, N = 512; liquids watched at T: 4 at 0.003",
        "q: m, N = 512; trajectories quenched to T: 20 at 0.0001",
        "s: m, N = 512; glasses at T_p: 20 at 0.5",
        "c: m, N = 512; 20 glasses cooled at 0.01",
    ]
