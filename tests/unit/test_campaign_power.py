"""What a scale will decide of each claim: expected widths, severities and costs of a toy campaign, by hand."""

import json
import math
import os
from dataclasses import replace

import pandas as pd
import pytest
from toy import DESK, PAPER, write_toy
from typer.testing import CliRunner

from glassworks.campaign import power
from glassworks.campaign.cli import app
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.plan import cost_lines
from glassworks.campaign.planned.results import RESULT_JOBS
from glassworks.campaign.products.tables import write_table
from glassworks.claims.judging import COLUMNS as JUDGED
from glassworks.claims.severity import Asked, Width, severity

SPAN = {"variable": "temperature", "ends": [0.3, 1.3], "sets_in": 0.9, "reason": "a line"}
COMMON = {
    "statement": "b", "place": "c", "published": 2.0, "rival": {"value": 1.5, "why": "half"}, "kind": "value",
    "tolerance": [1.8, 2.2], "reason": "told to a tenth", "measure": "change",
}  # fmt: skip
PARENTS = {"group": "parents", "quantity": "omega_g"}
CLAIMS = [
    {"id": "rises", "options": PARENTS},
    {"id": "rises-on-a-part", "options": PARENTS, "range": SPAN},
    {"id": "rises-beyond", "options": PARENTS, "range": SPAN | {"ends": [0.1, 1.3], "sets_in": 0.3}},
    {"id": "hopeless", "options": PARENTS},
    {"id": "unseen", "options": PARENTS},
    {"id": "elsewhere", "options": PARENTS, "requires": {"group": "spectra"}},
    {"id": "downhill", "options": PARENTS, "requires": {"group": "reference"}},
]
SEEN = {"rises": (2.0, 1.9, 2.2), "rises-on-a-part": (1.8, 1.75, 1.85), "rises-beyond": (1.0, 0.9, 1.1),
        "hopeless": (3.0, -97.0, 103.0), "unseen": (1.0, 0.5, 1.5), "elsewhere": (1.0, 0.5, 1.5),
        "downhill": (1.0, 0.9, 1.1)}  # fmt: skip


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The toy campaign, without its group `spectra` at its scale, with claims that a run judged from other samples."""
    write_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config/papers/pinching.yaml").write_text(
        PAPER.replace("claims: []", f"claims: {json.dumps([COMMON | claim for claim in CLAIMS])}")
    )
    lines = DESK.splitlines(keepends=True)
    (tmp_path / "config/scales/desk.yaml").write_text(
        "".join(line for line in lines if "1e-2" not in line and "spectra" not in line)
    )
    judge("evening", {1.3: 50, 0.5: 50, 0.45: 10})
    return tmp_path


TABLES = dict.fromkeys(("group", "n", "temperature", "rate", "samples"), ("1", "written by hand"))


def judge(run: str, samples: dict[float, int], seen: dict = SEEN, age: float = 0.0) -> None:
    """The tables of a run that judged claims, by hand."""
    os.makedirs(f"results/{run}/tables/pinching", exist_ok=True)
    claims = pd.DataFrame.from_dict(seen, orient="index", columns=["measured", "low", "high"])
    claims = claims.rename_axis("claim").reset_index().assign(paper="pinching", verdict="inconclusive")
    claims.loc[claims["claim"] == "unseen", "verdict"] = "out of reach"
    rows = [
        {"group": "parents", "n": 1000, "temperature": t, "rate": math.nan, "samples": s} for t, s in samples.items()
    ]
    record = Job("judge").provenance({})
    paths = [{"group": "reference", "n": 1000, "temperature": 2.0, "rate": math.nan, "samples": 5}] * 3
    tables = {"summary": pd.DataFrame(rows), "descents": pd.DataFrame(paths), "claims": claims}
    for name, frame in tables.items():
        write_table(f"results/{run}/tables/pinching/{name}.parquet", frame, record, TABLES | JUDGED)
    path = f"results/{run}/tables/pinching/claims.parquet"
    os.utime(path, (os.stat(path).st_mtime - age,) * 2)


def told(plan: Plan) -> dict[str, power.Outlook]:
    return {each.claim: each for each in power.outlooks(plan, "pinching")}


def test_widths_follow_from_the_samples_of_the_group(root):
    """50 samples at the two temperatures that both have, 200 here: half as wide."""
    plan = Plan({"scale": "desk"})
    found = told(plan)["rises"]
    assert found.width == pytest.approx(0.5 * (0.1 + 0.2) / 2) and found.origin == "evening"
    assert found.severity == pytest.approx(severity(Asked(2.0, 1.5, (1.8, 2.2)), Width(0.05, 0.1)))
    assert found.times == 1.0 and found.seconds == 0.0 and found.share == 1.0


def test_the_group_published_stands_for_the_main_one(root, monkeypatch):
    """What it repeats counts with its own samples, as the analysis takes them: here four times as many."""
    plan = Plan({"scale": "desk"})
    parents = [each for each in plan.of_paper["pinching"] if each.group == "parents"]
    before = told(plan)["rises"].width
    more = [replace(each, group="published", samples=4 * each.samples) for each in parents]
    monkeypatch.setitem(plan.of_paper, "pinching", [*plan.of_paper["pinching"], *more])
    assert told(plan)["rises"].width == pytest.approx(before / 2)


def test_a_group_of_paths_downhill_has_its_samples_in_a_table_of_its_own(root):
    assert told(Plan({"scale": "desk"}))["downhill"].width == pytest.approx(0.1 * math.sqrt(5 / 20))


def test_a_part_is_asked_what_a_part_can_tell(root):
    found = told(Plan({"scale": "desk"}))
    part = found["rises-on-a-part"]
    share = 5 / 6
    assert part.share == pytest.approx(share)
    asked = Asked(2.0**share, 1.5**share, (1.8**share, 2.2**share))
    assert part.severity == pytest.approx(severity(asked, Width(0.025, 0.025)))
    assert found["rises-beyond"].missing == "reaches nothing" and found["rises-beyond"].share == 0.0


def test_what_more_samples_cost(root):
    """So many times as many samples, and the group's cost besides."""
    judge("evening", {1.3: 50, 0.5: 50}, SEEN | {"rises": (2.0, 1.5, 2.5)})
    plan = Plan({"scale": "desk"})
    found = told(plan)["rises"]
    assert found.severity < 0.5
    asked, side = Asked(2.0, 1.5, (1.8, 2.2)), 0.25 / math.sqrt(found.times)
    assert severity(asked, Width(side, side)) == pytest.approx(0.5, abs=0.02)
    assert severity(asked, Width(side * 1.01, side * 1.01)) < 0.5 <= severity(asked, Width(side, side))
    stages = [line for line in cost_lines(plan, ["pinching"]) if line.stage != "compile"]
    reference = [each for each in plan.of_paper["pinching"] if each.group == "reference"]
    parents = [each for each in plan.of_paper["pinching"] if each.group == "parents"]
    results = sum(line.seconds for line in stages if line.stage in RESULT_JOBS)
    every = sum(line.seconds for line in stages) - results - power.group_seconds(plan, reference)
    assert power.group_seconds(plan, parents) == pytest.approx(every)
    assert found.seconds == pytest.approx((found.times - 1) * every)


def test_what_is_not_known_is_said(root):
    found = told(Plan({"scale": "desk"}))
    assert found["unseen"].missing == "out of reach so far" and math.isnan(found["unseen"].width)
    assert found["elsewhere"].missing == "not at this scale"
    assert math.isinf(found["hopeless"].times)


def test_this_scales_own_claims_come_first_and_then_the_newest(root):
    judge("overnight", {1.3: 100}, age=1000)
    assert told(Plan({"scale": "desk"}))["rises"].origin == "evening"
    judge("desk", {1.3: 200, 0.5: 200, 0.4: 200}, {"rises": (2.0, 1.9, 2.1)}, age=9000)
    found = told(Plan({"scale": "desk"}))
    assert (found["rises"].origin, found["rises-on-a-part"].origin) == ("desk", "evening")
    assert found["rises"].width == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("there", "here", "found"),
    [
        ({"a": 100}, {"a": 400}, 0.5),
        ({"a": 100, "b": 1}, {"a": 400, "c": 1}, 0.5),
        ({"a": 100}, {"b": 25}, 2.0),
        ({"a": 100, "b": 25}, {"a": 100, "b": 100}, math.sqrt(0.4)),  # (1/100 + 1/100) / (1/100 + 1/25)
        ({"a": 0, "b": 100}, {"a": 100, "b": 100}, 1.0),  # an ensemble of which nothing was left
        ({}, {"a": 10}, 1.0),
    ],
)
def test_narrowing(there, here, found):
    assert power.narrowing(there, here) == pytest.approx(found)


def test_the_command_prints_a_table_that_fits(root):
    answer = CliRunner().invoke(app, ["plan", "pinching", "--claims", "--scale", "desk"], env={"COLUMNS": "80"})
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert "pinching at scale desk" in lines[0]
    rows = {words[0]: words[1:] for line in lines[2 : 2 + len(CLAIMS)] if (words := line.split())}
    assert rows["rises"] == ["0.075", "1.00", "yes", "evening"]
    assert rows["hopeless"][2:] == ["no", "above", "1000", "×", "evening"]
    assert rows["elsewhere"] == ["–", "–", "–", "not", "at", "this", "scale"]
    assert max(map(len, lines[1 : 2 + len(CLAIMS)])) <= 80


def test_the_command_shows_all_scales_that_promise_verdicts(root):
    for name, samples, more in (("evening", 1800, ""), ("smoke", 200, "verdicts: false\n")):
        text = (root / "config/scales/desk.yaml").read_text().replace("200", str(samples))
        (root / f"config/scales/{name}.yaml").write_text(more + text.replace("scale: desk", f"scale: {name}"))
    answer = CliRunner().invoke(app, ["plan", "--claims"], env={"COLUMNS": "80"})
    lines = [line.split() for line in answer.output.splitlines()]
    assert lines[:2] == [["pinching"], ["claim", "±", "desk", "±", "evening"]]
    assert lines[2] == ["rises", "0.075", "yes", "0.025", "yes"]
    assert lines[3] == ["rises-on-a-part", "0.025", "part", "0.0083", "part"]
    assert lines[4] == ["rises-beyond", "–", "–"] and lines[5][0::2] == ["hopeless", "no", "no"]


def test_the_command_says_where_nothing_can_be_told(root):
    (root / "config/scales/desk.yaml").write_text(DESK.replace("purpose:", "verdicts: false\npurpose:"))
    answer = CliRunner().invoke(app, ["plan", "--claims", "--scale", "desk"])
    assert answer.exit_code == 0 and "Scale desk promises no verdict" in answer.output
    write_toy(root)
    os.remove("results/evening/tables/pinching/claims.parquet")
    with pytest.raises(ConfigurationError, match="no claims have been judged, so no width is known"):
        list(power.outlooks(Plan({"scale": "desk"}), "pinching"))
