"""The same scale again with other seeds, each in a folder of its own, made by the ordinary workflow.

`results/calibration/<scale>-<seed>/run/<paper>/` is a campaign by itself: a copy of `config` with another seed, and
links to the workflow. Snakemake runs there up to the gathered raw tables. They then move to
`results/calibration/<scale>-<seed>/tables/<paper>/`, which is what is kept; all else of the run is removed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from glassworks.campaign.declared.campaign import CALIBRATION, MAIN, Campaign, Paper
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.gather import joins
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.parts import raw_tables
from glassworks.campaign.planned.plan import chain_seconds, cost_lines, wall_seconds
from glassworks.campaign.planned.results import RESULT_JOBS
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.contents import sound
from glassworks.campaign.products.files import write_text
from glassworks.campaign.products.tables import read_provenance

LINKED = ("Snakefile", "workflow", "scripts", "profiles", "envs")
"""What a run has in common with the campaign that it repeats."""
STEPS = re.compile(r"(\d+) of (\d+) steps")
"""What Snakemake says of how far it is."""
TOLD = 12
"""Last lines of a failed run that are shown."""


@dataclass(frozen=True)
class Rerun:
    """One paper at one scale with one seed."""

    paper: str
    scale: str
    seed: int

    @property
    def folder(self) -> Path:
        return Path(f"results/{CALIBRATION}/{self.scale}-{self.seed}")

    @property
    def tables(self) -> Path:
        """Where the raw tables are kept."""
        return self.folder / "tables" / self.paper

    @property
    def run(self) -> Path:
        """Where they are made."""
        return self.folder / "run" / self.paper


@dataclass(frozen=True)
class Cost:
    """What some runs take: seconds of one core, seconds on some cores, and bytes while one of them runs."""

    seconds: float = 0.0
    wall: float = 0.0
    disk: float = 0.0

    def then(self, other: Cost) -> Cost:
        """The cost of both, one after the other."""
        return Cost(self.seconds + other.seconds, self.wall + other.wall, max(self.disk, other.disk))


def seeds(campaign_seed: int, count: int) -> list[int]:
    """Seeds of independent runs, all different from each other and from the campaign's own; the first few of many are
    those of few."""
    found: list[int] = []
    children = iter(np.random.SeedSequence(campaign_seed).spawn(2 * count + 8))
    while len(found) < count:
        seed = int(next(children).generate_state(1)[0])
        if seed != campaign_seed and seed not in found:
            found.append(seed)
    return found


def kept(campaign: Campaign, paper: Paper) -> list[Rerun]:
    """The runs of this scale whose raw tables are all there, by ascending seed."""
    found = []
    for folder in campaign.root.glob(f"results/{CALIBRATION}/{campaign.scale}-*"):
        seed = folder.name.rpartition("-")[2]
        if seed.isdecimal() and finished(campaign, paper, one := Rerun(paper.name, campaign.scale, int(seed))):
            found.append(one)
    return sorted(found, key=lambda one: one.seed)


def finished(campaign: Campaign, paper: Paper, one: Rerun) -> bool:
    """Whether all raw tables of a run are there."""
    return all((campaign.root / one.tables / f"{table}.parquet").is_file() for table in raw_tables(campaign, paper))


def foreign(campaign: Campaign, paper: Paper, folder: Path, seed: int) -> str:
    """Why gathered raw tables are not what this configuration makes with a seed, in a sentence; empty where they are.

    Raises:
        FileNotFoundError, ConfigurationError: one is not there, or damaged.
    """
    for table in raw_tables(campaign, paper):
        path = folder / f"{table}.parquet"
        with sound(path):
            record = read_provenance(path)
        if record.get("specification") != digest(joins(campaign, paper, table)):
            return f"{path}: was made from another configuration than that of {campaign.scale} in config now"
        if record.get("seed") != seed:
            return f"{path}: seed: {record.get('seed')}: is another seed; allowed: {seed}"
    return ""


def refuse_foreign(campaign: Campaign, paper: Paper, one: Rerun) -> None:
    """Raises ConfigurationError where a run that is finished or was begun is of another configuration."""
    said = ""
    if finished(campaign, paper, one):
        said = foreign(campaign, paper, one.tables, one.seed)
    elif (one.run / MAIN).is_file():
        begun = load_campaign({"papers": paper.name}, campaign.root / one.run)
        if (begun.seed, _everything(begun, begun.papers[paper.name])) != (one.seed, _everything(campaign, paper)):
            said = f"{one.run}: was begun from another configuration than that of {campaign.scale} in config now"
    if said:
        raise ConfigurationError(f"{said}; allowed: the same one, or remove {one.folder} to make it anew")


def _everything(campaign: Campaign, paper: Paper) -> list[dict]:
    """Which parts all raw tables of a paper join."""
    return [joins(campaign, paper, table) for table in raw_tables(campaign, paper)]


def cost(campaign: Campaign, paper: Paper, runs: Iterable[Rerun], cores: int) -> Cost:
    """What is left of some runs, one after the other, by the cost model of `glassworks plan`."""
    total = Cost()
    plan = Plan({"scale": campaign.scale, "tables": "computed", "papers": paper.name}, check=False)
    for one in runs:
        plan.campaign = replace(plan.campaign, root=campaign.root / one.run)  # what is done there counts as done
        lines = [line for line in cost_lines(plan, [paper.name]) if line.stage not in RESULT_JOBS]
        wall = wall_seconds(lines, cores, chain_seconds(plan, [paper.name]))
        total = total.then(Cost(sum(line.seconds_left for line in lines), wall, sum(line.disk for line in lines)))
    return total


def make(campaign: Campaign, paper: Paper, one: Rerun, cores: int, show: Callable[[int, int], None]) -> None:
    """Runs the workflow for one seed to its gathered raw tables, keeps these, and removes the rest.

    Args:
        show: is told how many of how many steps are done, whenever it becomes known.

    Raises:
        ConfigurationError: the run failed, or was stopped; typing the command again goes on from there.
    """
    _prepare(campaign, one)
    targets = [f"results/{one.scale}/tables/{one.paper}/{table}.parquet" for table in raw_tables(campaign, paper)]
    _drive(one, ["--cores", str(cores), "--", *targets], show)
    one.tables.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(one.tables, ignore_errors=True)  # without one of its tables
    os.replace(one.run / f"results/{one.scale}/tables/{one.paper}", one.tables)
    shutil.rmtree(one.run)
    with contextlib.suppress(OSError):  # another paper's run is not finished
        one.run.parent.rmdir()


def _prepare(campaign: Campaign, one: Rerun) -> None:
    """Makes the folder of a run, whose main file comes last: without it, it is made again."""
    if (one.run / MAIN).is_file():
        return
    shutil.rmtree(one.run, ignore_errors=True)
    one.run.mkdir(parents=True)
    for name in LINKED:
        if (campaign.root / name).exists():
            (one.run / name).symlink_to(os.path.relpath(campaign.root / name, one.run))
    shutil.copytree(campaign.root / "config", one.run / "config", ignore=shutil.ignore_patterns(Path(MAIN).name))
    main = {"seed": one.seed, "scale": one.scale, "tables": "computed", "papers": [one.paper]}
    write_text(one.run / MAIN, yaml.safe_dump(main, sort_keys=False))


def _drive(one: Rerun, options: list[str], show: Callable[[int, int], None]) -> None:
    """Runs Snakemake in the folder of a run; what it says goes to `log` there."""
    command = [sys.executable, "-m", "snakemake", *options]
    last: list[str] = []
    with (
        (one.run / "log").open("a", encoding="utf-8") as log,
        subprocess.Popen(
            command, cwd=one.run, env={**os.environ, "NO_COLOR": "1"}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace",
        ) as driver,
    ):  # fmt: skip
        try:
            for line in driver.stdout:
                log.write(line)
                last = [*last, line.rstrip()][-TOLD:]
                if steps := STEPS.search(line):
                    show(int(steps[1]), int(steps[2]))
        except KeyboardInterrupt:  # which Snakemake hears too
            driver.wait()
            raise ConfigurationError(f"{one.run}: stopped; type the same command again to go on") from None
    if driver.returncode:
        said = "\n".join(last)
        raise ConfigurationError(
            f"{said}\n{one.run}: did not finish (see log there); type the same command again to go on"
        )
