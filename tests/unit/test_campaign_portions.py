"""An observable whose work on a glass is divided over jobs: the same table, to the bit."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest
from project import TOY, Project, add_scale
from test_campaign_measure import ensemble, path, quenched  # noqa: F401  (fixtures)

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.portion import portion
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.products.tables import read_provenance, read_table, write_table
from glassworks.observables import Portion

OBSERVABLES = {"dipoles": {"pairs": 600}, "moduli": {}}
JOBS = 3
"""As many as there are batches of pinches."""


@pytest.fixture
def whole(ensemble) -> Ensemble:  # noqa: F811
    """Two glasses whose pinches one job makes."""
    return dataclasses.replace(ensemble, observables=OBSERVABLES)


@pytest.fixture
def divided(whole) -> Ensemble:
    """The same, divided over jobs."""
    return dataclasses.replace(whole, jobs={"dipoles": JOBS})


def join(made: Ensemble) -> None:
    measure(Job("measure", scale="toy"), [(made, name) for name in OBSERVABLES], 0)


def make_portions(made: Ensemble) -> list[Path]:
    for each in made.portions("dipoles"):
        portion(Job("portion", scale="toy", kind="dipoles"), made, 0, each)
    return [path(made, each) for each in made.portions("dipoles")]


def test_portions_make_the_table_of_the_whole(whole, divided):
    join(whole)
    expected = read_table(path(whole, "dipoles"))
    record = read_provenance(path(whole, "dipoles"))
    path(whole, "dipoles").unlink()
    parts = make_portions(divided)
    assert [len(read_table(each)) for each in parts] == [2 * 256, 2 * 256, 2 * 88]
    join(divided)
    assert path(divided, "dipoles") == path(whole, "dipoles")
    assert read_table(path(divided, "dipoles")).equals(expected) and len(expected) == 2 * 600
    again = read_provenance(path(divided, "dipoles"))
    for key in ("specification", "stage_digest", "glasses", "stage"):
        assert again[key] == record[key]


def test_a_portion_that_is_lacking_or_of_something_else_is_named(divided):
    lost, other, _ = make_portions(divided)
    rows, record = read_table(other), read_provenance(other)
    write_table(other, rows, {**record, "glasses": "another block"})
    with pytest.raises(ConfigurationError, match=f"{re.escape(str(other))}: was made from something else"):
        join(divided)
    lost.unlink()
    with pytest.raises(FileNotFoundError, match=f"{re.escape(str(lost))}: this input is not there"):
        join(divided)
    assert not path(divided, "dipoles").exists()


def test_a_glass_that_failed_is_one_row(divided):
    table = Path(f"{divided.folder(0)}/glasses.parquet")
    rows = read_table(table)
    rows["status"] = ["not at rest", *rows["status"][1:]]
    write_table(table, rows, read_provenance(table))
    make_portions(divided)
    join(divided)
    found = read_table(path(divided, "dipoles"))
    assert list(found[found["sample"] == rows["sample"][0]]["status"]) == ["glass: not at rest"]
    assert (found[found["sample"] == rows["sample"][1]]["status"] == "ok").sum() == 600


@pytest.mark.parametrize("pieces", [1, 2, 7, 100])
@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_portions_are_alike_and_leave_out_nothing(pieces, of):
    found = [Portion(number, of).among(pieces) for number in range(of)]
    assert [piece for each in found for piece in each] == list(range(pieces))
    assert max(map(len, found)) - min(map(len, found)) <= 1


def test_a_portion_costs_its_part_of_the_whole(whole, divided):
    costs = read_costs(Path())
    alone, start = costs.seconds("measure", whole, "dipoles"), costs.file.start
    parts = [costs.seconds("portion", divided, each) for each in divided.portions("dipoles")]
    assert len(parts) == JOBS and sum(parts) - JOBS * start == pytest.approx(alone - start)
    assert costs.seconds("measure", divided, "dipoles") == start


PAPER, ASKED = "config/papers/pinching.yaml", "observables: {{moduli: {{}}, dipoles: {}}}"
GIVEN, DIVIDED = ASKED.format("{pairs: 600}"), ASKED.format("{pairs: 600, jobs: 3}")
WRONG = {
    "too many": (
        ASKED.format("{pairs: 600, jobs: 4}"),
        "dipoles.jobs: 4: allowed: a whole number from 1 to 3, its pieces",
    ),
    "none": (ASKED.format("{pairs: 600, jobs: 0}"), "dipoles.jobs: 0: allowed: a whole number from 1 to 3, its pieces"),
    "a word": (ASKED.format("{pairs: 600, jobs: many}"), "dipoles.jobs: many: allowed: a whole number from 1 to 3"),
    "of one piece": (
        "observables: {moduli: {jobs: 2}}",
        "moduli.jobs: 2: its work on a sample is not divided; allowed: no such key",
    ),
}


@pytest.fixture
def project(tmp_path) -> Project:
    """A campaign of two glasses."""
    made = Project(tmp_path)
    add_scale(tmp_path, TOY)
    head, group, rest = (tmp_path / PAPER).read_text().partition("  reference-3d:\n    role:")
    (tmp_path / PAPER).write_text(head + group + rest.replace("observables: {moduli: {}}", GIVEN, 1))
    return made


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_divided_is_refused(project, case):
    said, message = WRONG[case]
    project.edit(PAPER, GIVEN, said)
    with pytest.raises(ConfigurationError) as refusal:
        load_campaign({"scale": "toy"}, project.folder)
    assert message in str(refusal.value)


@pytest.mark.end_to_end
def test_portions_run_through_the_workflow(project):
    """Divided as whole: the same table, which is then current however it is divided."""
    target = "results/toy/tables/pinching/dipoles.parquet"
    command = ("--cores", "2", "--config", "scale=toy", "papers=pinching", "--", target)
    project.edit(PAPER, GIVEN, DIVIDED)
    answer = project.snakemake(*command)
    said = answer.stdout + answer.stderr
    assert answer.returncode == 0, said[-5000:]
    assert len(re.findall(r"^(?:local)?rule portion:", said, re.MULTILINE)) == JOBS
    divided = read_table(project.folder / target)
    for asked in (("verify",), ("status", "--scale", "toy")):
        program = Path(sys.executable).with_name("glassworks")
        told = subprocess.run([program, *asked], cwd=project.folder, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr
    project.edit(PAPER, DIVIDED, GIVEN)
    [table] = (project.folder / "results/ensembles").glob("*/00000/dipoles-??????.parquet")
    before = table.stat().st_ino
    for lost in ((), (table,)):
        for each in lost:
            each.unlink()
        answer = project.snakemake(*command)
        assert answer.returncode == 0, answer.stderr[-5000:]
        assert lost or table.stat().st_ino == before, "the job leaves it alone"
        assert read_table(project.folder / target).equals(divided)
    assert "rule portion" not in answer.stdout + answer.stderr
