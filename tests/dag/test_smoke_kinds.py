"""What `smoke` runs: each kind of work that any paper declares, once over all papers, in a budget of jobs.

The table of kinds is computed from the declarations, so that a study which brings a kind must let `smoke` run it, and
one that brings none adds nothing but what its own figures are made of.
"""

from collections import defaultdict

import pytest
from project import ROOT

from glassworks.campaign.declared.campaign import scale_names
from glassworks.campaign.declared.sections import Group
from glassworks.campaign.planned.dag import Plan, ensemble_jobs
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.simulation import SIMULATION, stage_of
from glassworks.models import Model
from glassworks.models.declarations import declared_names

JOBS = 25
"""Simulation jobs of a paper at `smoke`, at most: each starts a process."""


def kinds(group: Group, model: Model) -> set[str]:
    """The kinds of work that a group's declaration asks for, whatever its sizes and temperatures."""
    choices = [each for name, each in model.potential.model_dump().items() if isinstance(each, str) and name != "kind"]
    found = {
        f"protocol {group.protocol.kind}",
        f"minimizer {group.minimizer or 'none'}",
        f"dimension {model.dimension}",
        f"mixture {model.mixture.kind}",
        f"potential {' '.join([model.potential.kind, *choices])}",
        f"stage {group.protocol.stage}",
        *(["stage quench"] if group.minimizer else []),
        *(["stage evidence"] if group.evidence else []),
    }
    for name in group.observables:
        found |= {f"observable {name} after {group.protocol.stage}", f"stage {stage_of(name)}"}
    return found


@pytest.fixture(scope="module")
def plan() -> Plan:
    """All papers that have a file, as `smoke` runs them."""
    names = ",".join(declared_names(ROOT / "config/papers"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return Plan({"scale": "smoke", "papers": names}, check=False)


def table(papers: str, scale: str) -> dict[str, set[tuple[str, str]]]:
    """The groups that ask for each kind at a scale."""
    campaign = load_campaign({"scale": scale, "papers": papers}, ROOT)
    found = defaultdict(set)
    for paper in campaign.papers.values():
        for name in paper.grids:
            group = paper.groups[name]
            for kind in kinds(group, campaign.models[group.model]):
                found[kind].add((paper.name, name))
    return dict(found)


def test_smoke_runs_each_kind_that_any_scale_runs(plan):
    papers = ",".join(plan.campaign.papers)
    asked = {scale: table(papers, scale) for scale in scale_names(ROOT)}
    smoke = asked.pop("smoke")
    lacking = {
        kind: (scale, *groups)
        for scale, of_scale in asked.items()
        for kind, groups in of_scale.items()
        if kind not in smoke
    }
    assert lacking == {}, "these kinds are run at a scale by these groups, and at smoke by none"
    # else the table itself would be empty
    assert {"stage quench", "stage relax", "dimension 4", "protocol swap", "minimizer cg"} <= smoke.keys()


def test_the_table_tells_kinds_apart():
    """A group that is taken away from smoke, in turn, takes its own kinds along."""
    smoke, alone = table("pinching,solidity", "smoke"), defaultdict(set)
    for kind, groups in smoke.items():
        if len(groups) == 1:
            alone[next(iter(groups))[1]].add(kind)
    assert alone["large"] == {"observable decay after equilibrate"}
    assert {"dimension 4", "protocol cooling"} <= alone["spectra-4d"]
    assert alone["descents-lj"] >= {"potential lennard_jones shifted_force"}
    assert alone["equilibrium"] == {"protocol relaxation", "stage relax"}


def test_smoke_keeps_its_budget_of_jobs(plan):
    """A job measures all that is measured on a block of glasses, and one thing on a block of liquids."""
    for paper, ensembles in plan.of_paper.items():
        jobs = {
            (stage, made.id, block, observable if SIMULATION[stage].one_observable else "")
            for ensemble in ensembles
            for stage, made, block, observable in ensemble_jobs(ensemble)
        }
        assert 0 < len(jobs) <= JOBS, (
            f"{paper} has {len(jobs)} jobs at smoke: let fewer groups or points stand for a kind"
        )
