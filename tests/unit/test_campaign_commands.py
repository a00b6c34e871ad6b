"""A job that is given the wrong name, block, table or number says which, and what is allowed, in one line."""
# ruff: noqa: E501

import runpy
import subprocess
import sys

import pytest
import test_campaign_paths
import test_campaign_relaxation
from toy import ROOT

from glassworks.campaign.jobs import warm
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.campaign.planned.loading import load_campaign


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands")
    test_campaign_paths.write(folder)
    (folder / test_campaign_relaxation.PAPER).write_text(test_campaign_relaxation.LIQUID)
    with (folder / test_campaign_relaxation.SCALE).open("a") as scale:
        scale.write(test_campaign_relaxation.DESK)
    return folder


@pytest.fixture(scope="module")
def names(folder) -> dict[str, str]:
    """Names of liquids and ensembles, by the stage that prepares or quenches them."""
    campaign = load_campaign({"papers": "pinching,solid,liquid"}, folder)
    made = [each for paper in campaign.papers.values() for each in paper_ensembles(campaign, paper)]
    glass = next(each for each in made if each.minimizer)
    unquenched = next(each for each in made if each.minimizer is None)
    found = {each.liquid.stage: each.liquid.id for each in made}
    return {**found, "quench": glass.id, "observe": unquenched.id, "measured": glass.measured("moduli")}


WRONG = {
    "no such liquid": ("prepare", ["poly-3d_N1000_swap_T1.300_00000000", "0"],
        "poly-3d_N1000_swap_T1.300_00000000: no group of the campaign's papers makes this"),
    "no name": ("prepare", ["a liquid", "0"], "a liquid: no group of the campaign's papers makes this"),
    "glasses for a liquid": ("prepare", ["{quench}", "0"], "{quench}: is an ensemble; allowed: a liquid"),
    "evidence of glasses": ("evidence", ["{quench}"], "{quench}: is an ensemble; allowed: a liquid"),
    "a liquid for glasses": ("quench", ["{equilibrate}", "0"], "{equilibrate}: is made of liquids that are not quenched; allowed: an ensemble of glasses"),
    "liquids that stay": ("quench", ["{observe}", "0"], "{observe}: is made of liquids that are not quenched; allowed: an ensemble of glasses"),
    "a block below the first": ("quench", ["{quench}", "--", "-1"], "argument block: -1: is the number of no block; allowed: 0, 1, 2, …"),
    "a block that is no number": ("quench", ["{quench}", "first"], "argument block: first: is the number of no block"),
    "a block that nobody made": ("quench", ["{quench}", "77"], "00077/liquid.h5: this input is not there; run the stage that makes it first"),
    "no such observable": ("measure", ["{quench}", "0", "modulus-44136f"], "{quench}: modulus-44136f: no group of the campaign's papers measures this"),
    "other glasses": ("measure", ["{observe}", "0", "{measured}"], "{observe}: {measured}: no group of the campaign's papers measures this"),
    "no such paper": ("gather", ["pinchin", "moduli"], "papers: pinchin: unknown paper (did you mean pinching?)"),
    "no such table": ("gather", ["pinching", "modli"], "command line: table: modli: unknown raw table of pinching (did you mean moduli?); allowed: dipoles, "),
    "results of tables that nobody joined": ("results", ["pinching"], "this input is not there; run the stage that makes it first"),
    "no such scale": ("results", ["pinching", "--scale", "dsk"], "dsk"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_one_line(folder, names, case, monkeypatch, capsys):
    script, arguments, message = WRONG[case]
    monkeypatch.chdir(folder)
    monkeypatch.setattr(warm, "_tiny", lambda *_: None)
    monkeypatch.setattr(sys, "argv", [f"scripts/{script}.py", *(each.format_map(names) for each in arguments)])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / f"scripts/{script}.py"), run_name="__main__")
    said = end.value.code if isinstance(end.value.code, str) else capsys.readouterr().err.strip().splitlines()[-1]
    assert message.format_map(names) in said and "\n" not in said
    assert not list(folder.glob("results/[!.]*")), "something was made"


@pytest.mark.parametrize(
    ("job", "needless"),
    [
        ("quench", ("pandas", "scipy.linalg", "scipy.sparse", "pyarrow.compute", "matplotlib", "snakemake")),
        ("prepare", ("pandas", "scipy.linalg", "scipy.sparse", "pyarrow.compute", "matplotlib", "snakemake")),
        ("gather", ("scipy.linalg", "scipy.sparse", "glassworks.liquids", "glassworks.vibrations", "matplotlib")),
    ],
)
def test_a_job_starts_without_what_others_need(job, needless):
    code = f"import sys, glassworks.campaign.jobs.{job}; print([name for name in {needless} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
