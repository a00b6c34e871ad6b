"""What every study's room must hold, and a made-up study that nothing else names."""

import ast
import importlib
import shutil
import sys
from pathlib import Path

import made_up
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from glassworks import protocols, studies
from glassworks.campaign.checked import numbers, verify
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import pages
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.making import Contents, make_item, works
from glassworks.campaign.planned.checks import check_captions, check_claims
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.definitions import PACKAGE, Library
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.results import Results
from glassworks.campaign.planned.rooms import check_room
from glassworks.campaign.planned.stages import closed, code_digest, every_kind, kinds
from glassworks.campaign.products.columns import COMMON, KEYS, OF_TABLES, columns_of
from glassworks.campaign.products.marks import read_mark
from glassworks.campaign.products.tables import write_table
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.claims.measures import Measures
from glassworks.statistics.columns import KEYS as ENSEMBLE
from glassworks.studies.numbers import printed_numbers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=studies.names())
def study(request):
    return studies.find(request.param)


def test_every_paper_of_the_project_has_a_room():
    assert {path.stem for path in (ROOT / "config/papers").glob("*.yaml")} == set(studies.names())


def test_a_room_and_its_papers_file_agree(study):
    """Every figure is declared, drawn and has a caption; every derived table has columns; every claim a measure."""
    paper = load_campaign({"papers": study.name}, ROOT).papers[study.name]
    captions = yaml.safe_load((ROOT / f"workflow/report/{study.name}.yaml").read_text(encoding="utf-8"))
    assert set(study.figures) == set(paper.content.figures) == set(map(str, captions))
    assert set(study.columns) == set(study.tables) and set(study.raw).isdisjoint(study.tables)
    assert "liquids" in study.raw, "they tell which glasses are of one chain, by which calibration deals them"
    assert {claim["measure"] for claim in paper.content.claims} <= set(study.measures)
    check_room(ROOT, paper)


FEWEST_NUMBERS = {
    "pinching": 1, "solidity": 8, "sticky": 5, "anharmonic": 4, "thesis2": 5, "thesis3": 4, "samples": -1,
}  # fmt: skip
"""Printed numbers of two digits or more that each has at least one more of."""


def test_printed_numbers_stand_in_the_papers_file_alone(study):
    """No number of two digits or more that the paper prints is a literal in its room."""
    content = load_campaign({"papers": study.name}, ROOT).papers[study.name].content.model_dump()
    numbers = {abs(number) for number in printed_numbers(content).values()}
    telling = {number for number in numbers if not float(f"{number:.1g}") == number}
    assert len(telling) > FEWEST_NUMBERS[study.name]
    for path in (PACKAGE / "studies" / study.name).rglob("*.py"):
        literals = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
        found = telling & {number for number in literals if type(number) in (int, float)}
        assert not found, f"{path.name}: {found}"


def test_units_and_definitions_are_whole(study):
    every = [each for columns in (*study.columns.values(), CLAIMS) for each in columns.items()]
    assert len(every) > 50 and all(studies.TABLE.fullmatch(name) for name, _ in every)
    assert all(len(about) == 2 and about[1] and not about[1].endswith(".") for _, about in every)


def test_every_raw_column_is_defined(study):
    for name in study.raw:
        assert numbers.columns(name) <= set(columns_of(name)), name
        path = ROOT / f"results/archive/{study.name}/{name}.parquet"
        if path.is_file():
            assert set(pq.read_schema(path).names) <= set(columns_of(name)), name


def test_raw_columns_are_those_that_jobs_make():
    """Each table's by itself, none of them left out, and none that it does not have."""
    more = {"liquids": {"packing", "waited"}, "equilibrium": {"reason"}}
    for name, declared in OF_TABLES.items():
        assert set(declared) == (numbers.columns(name) | more.get(name, set())) - {"sample", "status"}, name
    every = [about for declared in (COMMON, *OF_TABLES.values()) for about in declared.values()]
    assert all(about.definition and not about.definition.endswith(".") for about in every)


def test_tables_of_all_kinds_tell_ensembles_alike():
    assert {name: tuple(COMMON[name][:2]) for name in KEYS} == ENSEMBLE
    assert all(f"{kind.tag} (" in ENSEMBLE["protocol"][1] for kind in protocols.KINDS.values())


def test_a_column_without_definition_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"a\.parquet: my_own: has no unit and no definition"):
        write_table(tmp_path / "a.parquet", pd.DataFrame({"sample": [1], "my_own": [2.0]}), {})
    with pytest.raises(ConfigurationError, match=r"frames\.parquet: shear: has no unit"):
        write_table(tmp_path / "frames.parquet", pd.DataFrame({"energy": [1.0], "shear": [2.0]}), {})
    with pytest.raises(ConfigurationError, match="sample, n: has no unit"):
        write_table(tmp_path / "a.parquet", {"sample": np.ones(1), "n": np.ones(1)}, {}, {})
    assert not list(tmp_path.glob("*.parquet"))


def test_a_second_measure_of_a_name_is_refused():
    def exponent(tables):
        return 1

    both = Measures(exponent)
    with pytest.raises(ValueError, match=r"measure exponent: .*exponent would replace .*; allowed: another name"):
        both.register(exponent)
    assert list(both) == ["exponent"] and list(Measures(exponent)) == ["exponent"]


# ---- a made-up study


MINE = {"papers": "mine", "scale": "smoke"}


@pytest.fixture
def mine(tmp_path, monkeypatch) -> Path:
    """A campaign with one paper more, whose room is found beside the others."""
    made_up.write(tmp_path / "rooms/mine")
    monkeypatch.setattr(studies, "__path__", [*studies.__path__, str(tmp_path / "rooms")])
    importlib.invalidate_caches()
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "config/papers/mine.yaml").write_text(made_up.PAPER)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Snakefile").touch()
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("glassworks.studies.mine")]:
        del sys.modules[name]


def test_a_study_is_found_by_its_folder(mine):
    assert set(studies.names()) == {
        "mine",
        "anharmonic",
        "pinching",
        "samples",
        "solidity",
        "sticky",
        "thesis2",
        "thesis3",
    }
    found = studies.find("mine")
    assert (found.name, found.tables, studies.derived_tables("mine")) == ("mine", ("summary",), ("summary",))
    assert (
        set(found.measures) == {"exponent"}
        and found.measures["exponent"] is not (studies.find("pinching").measures["exponent"])
    )
    with pytest.raises(KeyError, match="others: has no room"):
        studies.find("others")


def test_a_claim_names_measures_of_its_own_study(mine):
    path = mine / "config/papers/mine.yaml"
    path.write_text(path.read_text().replace("measure: exponent", "measure: change"))
    with pytest.raises(ConfigurationError, match=r"claims\.stiff\.measure: change: unknown measure; allowed: exponent"):
        check_claims(load_campaign(MINE).papers["mine"])


def test_results_of_a_study_are_made(mine):
    """Derived table, verdict, figures of any number and printed table, each marked with its origin."""
    campaign = load_campaign(MINE)
    made, known = Results(campaign, campaign.papers["mine"]), Contents()
    job, work = Job("results", scale="smoke"), works()
    tables = Path("results/smoke/tables/mine")
    rows = pd.DataFrame({"group": "reference", "n": 400, "sample": [0, 1], "shear": [12.5, 13.5], "status": "ok"})
    for name in made.raw:
        shown = rows if name == "moduli" else rows.drop(columns="shear")
        write_table(tables / f"{name}.parquet", shown, Job("gather", scale="smoke").provenance({}))
    make_item(job, made, made.item("analyse"), known, work)
    assert pq.read_schema(tables / "summary.parquet").field("shear").metadata[b"unit"] == "ε/λ^d".encode()
    make_item(job, made, made.item("judge"), known, work)
    assert pd.read_parquet(tables / "claims.parquet")["measured"].tolist() == [13.0]
    for number in ("2.1", "S7", "table1"):
        make_item(job, made, made.item("draw", number), known, work)
    files = [f"figures/mine/fig{number}.{end}" for number in ("2.1", "S7") for end in ("pdf", "png")]
    files += ["tables/mine/table1.csv", "tables/mine/table1.png"]
    for name in files:
        content = Path("results/smoke", name).read_bytes()
        assert read_mark(content, Path(name).suffix)[1], name
        assert not read_mark(content.replace(b"1", b"2", 1), Path(name).suffix)[1]
    text = Path("results/smoke/tables/mine/table1.csv").read_text()
    assert text.startswith("n,shear\n400,13.0\n# glassworks {")
    assert pd.read_csv(tables / "table1.csv", comment="#").to_dict("list") == {"n": [400], "shear": [13.0]}
    make_item(job, made, made.item("page"), known, work)
    page, listed = (Path(path).read_text(encoding="utf-8") for path in made.page_paths)
    for said in ("Fig. 2.1.", "Fig. S7.", "Table 1.", "tables/mine/table1.csv", "figures/mine/figS7.pdf"):
        assert said in page
    for name in ("moduli", "summary", "claims"):
        assert f'<section id="{name}">' in listed
    index = Path("results/smoke/report.html")
    pages.show_so_far(Job("report", scale="smoke"))
    assert (
        'href="report/mine.html"' in index.read_text(encoding="utf-8")
        and not index.with_name("claims.parquet").exists()
    )
    pages.write_report(Job("report", scale="smoke"))
    assert 'href="report/mine.html"' in index.read_text(encoding="utf-8") and verify.finding(str(index)).said == ""
    before = index.read_bytes()
    (tables.parent / "pinching").mkdir()
    (tables.parent / "pinching/claims.parquet").write_bytes(b"damaged")
    pages.show_so_far(Job("report", scale="smoke"))
    assert index.read_bytes() == before
    with pytest.raises(ConfigurationError, match=r"tables/pinching/claims\.parquet: is damaged"):
        pages.write_report(Job("report", scale="smoke"))


def test_products_of_a_study_are_planned(mine):
    plan = Plan(MINE, check=False)
    made = plan.results["mine"]
    assert made.drawn_paths[-2:] == [f"results/smoke/tables/mine/table1.{end}" for end in ("csv", "png")]
    assert "results/smoke/figures/mine/fig2.1.pdf" in plan.paper_targets(["mine"])
    assert made.item("draw", "table1").reads == ("results/smoke/tables/mine/summary.parquet",)


OURS = {"papers": "ours", "scale": "smoke"}


def test_a_paper_may_be_of_another_papers_study(mine):
    """What is analysed, drawn and judged of it is so by the other's room, with captions of its own or of that."""
    path = mine / "config/papers/ours.yaml"
    renamed = made_up.PAPER.replace("  reference:\n", "  brought:\n").replace("group: reference", "group: brought")
    path.write_text(renamed.replace("paper: mine", "paper: ours\nstudy: mine"))
    (mine / "workflow/report").mkdir(parents=True)
    caption = {"2.1": {"title": "Moduli", "caption": "As measured.", "groups": ["reference"]}}
    (mine / "workflow/report/mine.yaml").write_text(yaml.safe_dump(caption))
    campaign = load_campaign(OURS)
    paper = campaign.papers["ours"]
    check_room(mine, paper, ["2.1", "S7", "table1"])
    check_claims(paper)
    check_captions(mine, paper)
    made, theirs = Results(campaign, paper), Results(load_campaign(MINE), load_campaign(MINE).papers["mine"])
    assert made.captions == ["workflow/report/mine.yaml"] and made.tables == "results/smoke/tables/ours"
    assert [item.kind(made.room) for item in made.items()] == [item.kind("mine") for item in theirs.items()]
    job, known, work = Job("results", scale="smoke"), Contents(), works()
    rows = pd.DataFrame({"group": "brought", "n": 400, "sample": [0, 1], "shear": [12.5, 13.5], "status": "ok"})
    for name in made.raw:
        shown = rows if name == "moduli" else rows.drop(columns="shear")
        write_table(Path(made.table(name)), shown, Job("gather", scale="smoke").provenance({}))
    for item in made.items():
        make_item(job, made, item, known, work)
    assert pd.read_parquet(made.claims_path)["measured"].tolist() == [13.0]
    assert "As measured." in Path(made.page_paths[0]).read_text(encoding="utf-8")
    for path in (*made.derived_paths, made.claims_path, *made.drawn_paths, *made.page_paths):
        assert verify.finding(path).said == "", path
    (mine / "workflow/report/ours.yaml").write_text(yaml.safe_dump({"S7": {"groups": ["reference"]}}))
    assert Results(campaign, paper).captions == ["workflow/report/ours.yaml"]
    with pytest.raises(ConfigurationError, match=r"ours\.yaml: S7: groups.*reference.*allowed: brought"):
        check_captions(mine, paper)


def test_a_study_that_is_not_there_is_refused(mine):
    path = mine / "config/papers/mine.yaml"
    path.write_text(path.read_text().replace("paper: mine", "paper: mine\nstudy: theirs"))
    with pytest.raises(
        ConfigurationError, match=r"mine\.yaml: study: theirs: lacks its analysis; allowed: a folder src"
    ):
        check_room(mine, load_campaign(MINE).papers["mine"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  S7: {title", "  S8: {title", "figures.S8: is drawn by nothing in src/glassworks/studies/mine"),
        ("tables:\n  1: ", "tables:\n  2: ", "tables.2: is drawn by nothing in src/glassworks/studies/mine"),
    ],
)
def test_what_a_study_does_not_draw_is_refused(mine, old, new, said):
    path = mine / "config/papers/mine.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    paper = load_campaign(MINE).papers["mine"]
    with pytest.raises(ConfigurationError) as refusal:
        check_room(mine, paper, ["2.1", "S7", "table1"])
    assert said in str(refusal.value) and "allowed: 2.1, S7, table1" in str(refusal.value)


def test_a_number_that_yaml_would_shorten_is_refused(mine):
    path = mine / "config/papers/mine.yaml"
    path.write_text(path.read_text().replace('"2.1":', "2.10:"))
    with pytest.raises(ConfigurationError, match=r"2\.1 and 2\.10 are the same"):
        load_campaign(MINE)


# ---- what becomes stale


def digests(folder: Path) -> dict[tuple, str]:
    library = Library(folder, closed)
    return {each: code_digest(*each, library=library) for each in every_kind() if each[1] or not kinds(each[0])}


OF = {
    "studies/pinching/analysis/boltzmann.py": {"analyse pinching", "calibrate pinching"},
    "studies/pinching/measures.py": {"judge pinching", "calibrate pinching"},
    "studies/solidity/measures/fields.py": {"judge solidity", "calibrate solidity"},
    "studies/solidity/columns.py": {"analyse solidity"},
    "studies/pinching/figures.py": {"draw pinching 5"},
}
EDITS = {
    "studies/pinching/analysis/boltzmann.py": ("LEAST = 3", "LEAST = 4"),
    "studies/pinching/measures.py": ("least_modes: int = 20", "least_modes: int = 21"),
    "studies/solidity/measures/fields.py": ("warmest * 0.999", "warmest * 0.998"),
    "studies/solidity/columns.py": ('"lag t"', '"the lag t"'),
    "studies/pinching/figures.py": ("def boltzmann(", "def boltzmann(more, "),
}


@pytest.fixture(scope="module")
def before() -> dict[tuple, str]:
    return digests(PACKAGE)


@pytest.mark.parametrize("file", EDITS)
def test_an_edit_in_a_room_concerns_that_study_alone(tmp_path, before, file):
    copy = shutil.copytree(PACKAGE, tmp_path / "glassworks", ignore=shutil.ignore_patterns("__pycache__"))
    old, new = EDITS[file]
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    after = digests(copy)
    assert {" ".join(filter(None, each)) for each in before if before[each] != after[each]} == OF[file]


def test_a_new_room_makes_nothing_stale(tmp_path, before):
    copy = shutil.copytree(PACKAGE, tmp_path / "glassworks", ignore=shutil.ignore_patterns("__pycache__"))
    made_up.write(copy / "studies/mine")
    assert digests(copy) == before
