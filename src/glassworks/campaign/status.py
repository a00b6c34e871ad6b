"""How far a campaign is: per stage and ensemble what is done, running, failed and left. Reads, and writes nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from glassworks.campaign.jobs import killed
from glassworks.campaign.jobs.progress import here, read_heartbeats
from glassworks.campaign.planned.dag import Plan, ensemble_jobs
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.planned.plan import products, results
from glassworks.campaign.planned.results import REPORT, RESULT_JOBS
from glassworks.campaign.planned.simulation import SIMULATION

ORDER = (*SIMULATION, *RESULT_JOBS)
KILLED = "ended without a word: was it killed?"


@dataclass
class Tally:
    """Jobs of a stage or an ensemble. `seconds_left` counts what is left of running jobs and all of those not begun."""

    done: int = 0
    running: int = 0
    failed: int = 0
    left: int = 0
    seconds_left: float = 0.0

    @property
    def jobs(self) -> int:
        return self.done + self.running + self.failed + self.left

    def count(self, outcome: str, seconds: float) -> None:
        """One more job: `outcome` is the name of a column."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.seconds_left += seconds

    def __iadd__(self, other: Tally) -> Tally:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


@dataclass
class Work:
    """A job: what it calls itself in its heartbeat, whose it is, its log, and the seconds of each file it makes.

    `paper` is empty for what papers share, `ensemble` None for what makes results.
    """

    name: str
    paper: str
    stage: str
    ensemble: Ensemble | None
    log: str
    files: dict[str, float] = field(default_factory=dict)


class Run(NamedTuple):
    """A job that runs: its heartbeat, and the seconds that it still needs, None where nobody can tell."""

    beat: dict
    seconds_left: float | None


class Failure(NamedTuple):
    """A job that failed and whose product is not there."""

    job: str
    reason: str
    log: str


@dataclass
class Status:
    """A campaign at one moment; `elsewhere` counts what failed and is not planned: of other scales, papers, models;
    `pages` are those of papers that are there."""

    stages: dict[tuple[str, str], Tally]
    ensembles: list[tuple[Ensemble, Tally]]
    running: list[Run]
    failed: list[Failure]
    elsewhere: int
    pages: list[str]

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.stages.values():
            total += tally
        return total


def works(plan: Plan, papers: list[str]) -> Iterator[Work]:
    """Every job of some papers, those of the simulation first; what several share comes with the first of them."""
    found: dict[str, Work] = {}
    for paper in papers:
        for ensemble in plan.of_paper[paper]:
            for stage, made, block, observable in ensemble_jobs(ensemble):
                told = SIMULATION[stage]
                name, place = told.job(made, block, observable), told.place(made, block, observable)
                work = found.setdefault(name, Work(name, paper, stage, ensemble, f"results/.logs/{stage}/{place}.log"))
                path = products(stage, made, block, observable)
                work.files.setdefault(path, plan.costs.seconds(stage, made, observable))
    yield from found.values()
    for job, owner, table, files in (each for paper in papers for each in results(plan, paper)):
        paper = "" if job == REPORT else owner
        name = " ".join(filter(None, (job, plan.run, paper, table)))
        if name not in found:
            log = f"results/.logs/{plan.run}/{'-'.join(filter(None, (job, paper, table)))}.log"
            shares = dict.fromkeys(files, plan.costs.seconds(job, None) / len(files))
            found[name] = Work(name, paper, job, None, log, shares)
            yield found[name]


def look(plan: Plan, papers: list[str]) -> Status:
    """How far a campaign is now.

    A job whose product is there is done, even if an edit has made it stale (`snakemake -n` tells that), or if it failed
    before. One rung of a ladder counts with the first ensemble that needs it.
    """
    running, interrupted, failed = read_heartbeats(plan.campaign.root)
    runs = {beat["job"]: beat for beat in running}
    reasons = {beat["job"]: said for beat in interrupted if (said := _death(beat))}
    reasons |= {beat["job"]: _line(beat.get("message", "")) for beat in failed}
    stages: dict[tuple[str, str], Tally] = {}
    ensembles = {each.id: (each, Tally()) for paper in papers for each in plan.of_paper[paper]}
    failures, known, needs = [], set(), {}
    for work in works(plan, papers):
        known.add(work.name)
        due = sum(seconds for path, seconds in work.files.items() if not (plan.campaign.root / path).is_file())
        if run := runs.get(work.name):
            outcome, due = "running", remaining(run, due)
            needs[work.name] = due
        elif not due:
            outcome = "done"
        elif work.name in reasons:
            outcome = "failed"
            failures.append(Failure(work.name, reasons[work.name], work.log))
        else:
            outcome = "left"
        stages.setdefault((work.paper, work.stage), Tally()).count(outcome, due)
        if work.ensemble:
            ensembles[work.ensemble.id][1].count(outcome, due)
    pages = [plan.results[paper].page_paths[0] for paper in papers]
    order = {(paper, stage): place for place, (paper, stage) in enumerate(_ordered(papers))}
    return Status(
        dict(sorted(stages.items(), key=lambda item: order[item[0]])),
        list(ensembles.values()),
        [Run(beat, needs.get(beat["job"], remaining(beat, 0.0) or None)) for beat in running],
        failures,
        len(reasons.keys() - known - runs.keys()),
        [page for page in pages if (plan.campaign.root / page).is_file()],
    )


def _death(beat: dict) -> str:
    """Why a job ended that said nothing; empty where it may still run on another machine."""
    if killed.for_memory(beat):
        return killed.sentence(beat, "killed for memory", killed.expected(beat["job"]))
    return KILLED if here(beat) else ""


def _ordered(papers: list[str]) -> Iterator[tuple[str, str]]:
    yield from ((paper, stage) for paper in [*papers, ""] for stage in ORDER)


def _line(message: object) -> str:
    """The first line of a reason that says anything."""
    return next((line.strip() for line in str(message).splitlines() if line.strip()), "no reason is known")


def remaining(run: dict, expected: float) -> float:
    """Seconds that a running job still needs: by its own pace once it has one, else by the cost model."""
    elapsed = time.time() - run["start"]
    if run["done"]:
        return elapsed * (run["total"] - run["done"]) / run["done"]
    return max(expected - elapsed, 0.0)
