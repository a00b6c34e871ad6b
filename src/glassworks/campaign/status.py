"""How far a campaign is: per ensemble what is done, running, failed and left."""

from __future__ import annotations

import time
from dataclasses import dataclass

from glassworks.campaign.dag import Plan, ensemble_jobs
from glassworks.campaign.ensembles import Ensemble, Liquid
from glassworks.campaign.plan import products
from glassworks.campaign.progress import read_heartbeats


@dataclass
class State:
    """Jobs of one ensemble. `seconds_left` counts what is left of running jobs and all of those not begun."""

    ensemble: Ensemble
    done: int = 0
    running: int = 0
    failed: int = 0
    left: int = 0
    seconds_left: float = 0.0


def job_name(stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
    """What a job calls itself in its heartbeat; the observables of a block of glasses are one job."""
    parts = [stage, made.id, *([] if stage == "evidence" else [str(block)])]
    return " ".join([*parts, *([made.measured(observable)] if stage == "observe" else [])])


def states(plan: Plan, papers: list[str]) -> tuple[list[State], list[dict], list[dict]]:
    """The state of every ensemble, the jobs that run, and those that failed.

    A job whose product is there is done, even if an edit has made it stale (`snakemake -n` tells that). One rung of a
    ladder counts with the first ensemble that needs it.
    """
    running, interrupted, failed = read_heartbeats(plan.campaign.root)
    runs = {state["job"]: state for state in running}
    fails = {state["job"] for state in failed}
    found, seen = [], set()
    for paper in papers:
        for ensemble in plan.of_paper[paper]:
            state = State(ensemble)
            due: dict[str, list[float]] = {}  # of each job, the seconds of what it has not made yet
            for stage, made, block, observable in ensemble_jobs(ensemble):
                path = products(stage, made, block, observable)
                if path not in seen:
                    seen.add(path)
                    left = due.setdefault(job_name(stage, made, block, observable), [])
                    if not (plan.campaign.root / path).is_file():
                        left.append(plan.costs.seconds(stage, made, observable))
            for name, left in due.items():
                _count(state, not left, runs.get(name), name in fails, sum(left))
            found.append(state)
    return found, running, [*failed, *({**state, "message": "interrupted"} for state in interrupted)]


def _count(state: State, done: bool, run: dict | None, failed: bool, seconds: float) -> None:
    if run:
        state.running += 1
        state.seconds_left += remaining(run, seconds)
    elif done:
        state.done += 1
    elif failed:
        state.failed += 1
        state.seconds_left += seconds
    else:
        state.left += 1
        state.seconds_left += seconds


def remaining(run: dict, expected: float) -> float:
    """Seconds that a running job still needs: by its own pace once it has one, else by the cost model."""
    elapsed = time.time() - run["start"]
    if run["done"]:
        return elapsed * (run["total"] - run["done"]) / run["done"]
    return max(expected - elapsed, 0.0)
