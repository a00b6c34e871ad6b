"""What the Snakefile asks: the targets of each paper, the inputs of each file, the parameters that make a file
stale.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from glassworks import observables
from glassworks.campaign.planned.checks import check_captions, check_claims, check_sources
from glassworks.campaign.planned.costs import read_costs
from glassworks.campaign.planned.ensembles import Ensemble, Liquid, paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.results import Results
from glassworks.campaign.planned.rooms import check_room
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.planned.simulation import SIMULATION, stage_of
from glassworks.campaign.planned.stages import stage_digest
from glassworks.campaign.planned.urgency import Urgency
from glassworks.campaign.products.places import UNREPRODUCED

HASH, FEWEST = 8, 4
"""Digits of the hash at the end of each name, and of those by which names are told apart at least."""


class Together(NamedTuple):
    """A rule whose jobs make all that is to be made of a block.

    Attributes:
        rule: its name.
        names: of what it makes: observables or watchers with the hashes of their parameters.
        files: of these.
        made: the ensembles or liquids.
        blocks: a regular expression of those of their blocks that it makes it of.
    """

    rule: str
    names: tuple[str, ...]
    files: list[str]
    made: list[str]
    blocks: str


def block_pattern(begin: int, end: int | None) -> str:
    """A regular expression of blocks from one to before another, or of all from there on."""
    if end is not None:
        return "|".join(f"{block:05d}" for block in range(begin, end))
    before = "|".join(f"{block:05d}" for block in range(begin))
    return f"(?!{before})[0-9]{{5}}" if before else "[0-9]{5}"


class Plan:
    """The campaign as the workflow sees it, with every lookup made once."""

    def __init__(self, overrides: dict | None = None, check: bool = True):
        """`check` also looks whether each paper's room is furnished, and reads claims and captions: no job of the
        simulation needs these, and they take their time."""
        self.campaign = load_campaign(overrides)
        self.ensembles: dict[str, Ensemble] = {}
        self.liquids: dict[str, Liquid] = {}
        self.measured: dict[tuple[str, str], tuple[Ensemble, str]] = {}
        self.watched: dict[tuple[str, str], tuple[Liquid, str]] = {}
        self._blocks: Counter[tuple[str, str]] = Counter()
        """Of how many blocks each of these is asked for, by any group of any paper."""
        self.of_paper: dict[str, list[Ensemble]] = {}
        self._planned: dict[tuple, str] = {}
        self.costs = read_costs(self.campaign.root)
        for paper in self.campaign.papers.values():
            if check:
                check_room(self.campaign.root, paper)
                check_claims(paper)
                check_captions(self.campaign.root, paper)
            if self.campaign.tables == "archive":
                self.of_paper[paper.name] = []
                continue
            self.of_paper[paper.name] = list(paper_ensembles(self.campaign, paper))
            if check:
                check_sources(paper, self.of_paper[paper.name])
            for ensemble in self.of_paper[paper.name]:
                self._add(ensemble)
        self.results = {
            name: Results(self.campaign, paper, self.of_paper[name]) for name, paper in self.campaign.papers.items()
        }

    def _add(self, ensemble: Ensemble) -> None:
        self.ensembles.setdefault(ensemble.id, ensemble)
        for liquid, _ in ensemble.liquid.ladder(0):
            self.liquids.setdefault(liquid.id, liquid)
        for name in ensemble.observables:
            for observable in (name, *ensemble.portions(name)):
                self._asked(ensemble, self.measured, (ensemble.id, ensemble.measured(observable)), ensemble, observable)
        for watcher in (liquid := ensemble.liquid).watch:
            self._asked(ensemble, self.watched, (liquid.id, liquid.measured(watcher)), liquid, watcher)

    def _asked(self, ensemble: Ensemble, known: dict, key: tuple[str, str], made: Liquid | Ensemble, name: str) -> None:
        known.setdefault(key, (made, name))
        self._blocks[key] = max(self._blocks[key], len(ensemble.blocks))

    # ---- paths

    @property
    def out(self) -> str:
        """Folder of tables, figures and report."""
        return self.campaign.products

    @property
    def run(self) -> str:
        """The scale's name, or `from-archive`: what logs and benchmarks of results are filed under."""
        return self.out.rpartition("/")[2]

    def paper_targets(self, papers: Iterable[str]) -> list[str]:
        """Everything that a reader of these papers gets."""
        chosen = [self.results[paper] for paper in papers]
        found = [path for each in chosen for path in [*each.drawn_paths, *each.index_paths]]
        return [*found, *self.index]

    @property
    def index(self) -> list[str]:
        """What the index's job makes of all papers."""
        return [f"{self.out}/{name}" for name in ("claims.parquet", "report.html", UNREPRODUCED)]

    def requested(self, targets: Iterable[str] | None) -> list[str]:
        """The papers that the command line names as targets; all of them where it names none."""
        named = [name for name in targets or () if name in self.campaign.papers]
        return named if named and set(targets) <= set(self.campaign.papers) else list(self.campaign.papers)

    def done(self) -> list[str]:
        """The papers whose verdicts and pages are there; all of them where there is none."""
        root = self.campaign.root
        found = [
            name for name, made in self.results.items() if all((root / path).is_file() for path in made.index_paths)
        ]
        return found or list(self.campaign.papers)

    # ---- inputs

    def inputs(self, stage: str, identity: str, block: str = "0") -> list[str]:
        """The products that a simulation job reads."""
        stage = SIMULATION[stage]
        return stage.inputs((self.liquids if stage.of_liquids else self.ensembles)[identity], int(block))

    def preparing_rules(self) -> list[tuple[str, str, list[str], list[str]]]:
        """What prepares liquids, by the tables that come with them.

        Each as (name of the rule, stage, tables, liquids); the rule has the stage's name where that tells them apart or
        liquids alone are made, else what comes with them is named behind it.
        """
        found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for liquid in self.liquids.values():
            found.setdefault((liquid.stage, liquid.tables), []).append(liquid.id)
        alike = Counter(stage for stage, _ in found)
        return [
            (stage if alike[stage] == 1 else "_".join([stage, *tables[1:]]), stage, [*tables], here)
            for (stage, tables), here in found.items()
        ]

    def pattern(self, names: Iterable[str]) -> str:
        """A regular expression that of all planned liquids and ensembles matches these alone, by the ends of the hashes
        that their names end in.

        Snakemake reads the expression again for each path of each job, so that thousands of whole names take most of
        the time of a dry run.
        """
        wanted = set(names)
        others = {*self.liquids, *self.ensembles} - wanted
        for digits in range(FEWEST, HASH):
            ends = {name[-digits:] for name in wanted}
            if ends.isdisjoint(name[-digits:] for name in others):
                return f"[^/]+_[0-9a-f]{{{HASH - digits}}}(?:{'|'.join(sorted(ends))})"
        return "|".join(map(re.escape, sorted(wanted)))

    def measuring_rules(self) -> list[Together]:
        """What is measured together, because one job makes everything that is measured on a block of glasses; the
        rule's name without the hashes of parameters where these tell nothing apart."""
        return self._together(
            "measure", [key for key, (_, name) in self.measured.items() if stage_of(name) == "measure"]
        )

    def watching_rules(self) -> list[Together]:
        """What is watched together, because one job runs a block's trajectories once more for all that look at them;
        as :meth:`measuring_rules`, of liquids."""
        return self._together("watch", list(self.watched))

    def _together(self, stage: str, keys: list[tuple[str, str]]) -> list[Together]:
        """The rules of a stage whose jobs make all that is to be made of a block, by the names of liquids or ensembles
        and of what is made of them: where groups ask for different numbers of samples, the blocks that all of them ask
        for have a rule, and those that fewer do have others."""
        names: dict[str, list[str]] = {}
        for identity, name in keys:
            names.setdefault(identity, []).append(name)
        together: dict[tuple[tuple[str, ...], str], list[str]] = {}
        for identity, every in names.items():
            counts = sorted({self._blocks[identity, name] for name in every})
            for begin, end in pairwise([0, *counts]):
                here = tuple(sorted(name for name in every if self._blocks[identity, name] >= end))
                blocks = block_pattern(begin, None if end == counts[-1] else end)
                together.setdefault((here, blocks), []).append(identity)
        plain = {key: "_".join([stage, *(name.rpartition("-")[0] for name in key[0])]) for key in together}
        alike = Counter(plain.values())
        return [
            Together(
                name if alike[name] == 1 else f"{name}_{digest(key)[:6]}",
                key[0], self._files(stage, key[0], together[key]), together[key], key[1],
            )
            for key, name in plain.items()
        ]  # fmt: skip

    def portions(self) -> list[str]:
        """The file names, without suffix, of all portions of observables."""
        return list(
            dict.fromkeys(name for (_, name), (_, each) in self.measured.items() if stage_of(each) == "portion")
        )

    def observing_rules(self) -> list[tuple[str, list[str], str, str]]:
        """What is measured on liquids as they are, by the files that a job makes: with arrays beside the table or
        without.

        Each as (name of the rule, what its files end in, patterns of an observable's name and of its hash).
        """
        found = []
        for rule, ends in (("observe", [".parquet"]), ("observe_arrays", [".parquet", ".h5"])):
            names = [
                name
                for (_, name), (ensemble, observable) in self.measured.items()
                if stage_of(observable) == "observe" and ensemble.kept(observable) == (len(ends) > 1)
            ]
            chosen = dict.fromkeys(name.rpartition("-")[0] for name in names) or observables.names(observables.LIQUIDS)
            codes = dict.fromkeys(name.rpartition("-")[2] for name in names) or ["[0-9a-f]{6}"]
            if names or rule == "observe":
                found.append((rule, ends, "|".join(chosen), "|".join(codes)))
        return found

    def _files(self, stage: str, names: Iterable[str], here: list[str]) -> list[str]:
        """The files of what a stage makes under some names of some liquids or ensembles, of which each has all."""
        found = (self._made(stage, here[0], name) for name in names)
        return [file for made, what in found for file in SIMULATION[stage].names(made, what)]

    def _made(self, stage: str, identity: str, measured: str) -> tuple[Liquid | Ensemble, str]:
        """The liquid or ensemble of a name, and what is made of it under another; all of it without one."""
        if measured:
            return (self.watched if SIMULATION[stage].of_liquids else self.measured)[identity, measured]
        return (self.liquids if SIMULATION[stage].of_liquids else self.ensembles)[identity], ""

    # ---- what makes a file stale

    def code(self, stage: str, identity: str, measured: str = "") -> str:
        """The digest of the code that a simulation job runs today."""
        return job_code(stage, *self._made(stage, identity, measured))

    def planned(self, stage: str, *key: str) -> str:
        """Twelve digits of the digest of the specification that a job consumes; the job checks them again."""
        if (stage, *key) not in self._planned:
            self._planned[(stage, *key)] = digest(self._specification(stage, *key))[:12]
        return self._planned[(stage, *key)]

    def expected(self, stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
        """The same digest for a job as :meth:`jobs` gives it."""
        measured = [made.measured(observable)] if observable else []
        return self.planned(stage, made.id, *([f"{block:05d}"] if SIMULATION[stage].of_blocks else []), *measured)

    def _specification(self, stage: str, identity: str, block: str = "0", measured: str = "") -> dict:
        made, observable = self._made(stage, identity, measured)
        return SIMULATION[stage].specification(made, int(block), observable, self.campaign.seed)

    # ---- how urgent a job is

    def urgency(self, stage: str, wildcards: object, names: Collection[str] = ()) -> float:
        """Priority of a simulation job, see :meth:`Urgency.of_job`."""
        return self.priorities.of_job(stage, self.made_by(stage, wildcards), observable_of(wildcards), names)

    def results_urgency(self, job: str, paper: str) -> float:
        """Priority of a job that makes a paper's results."""
        return self.priorities.of_results(job, paper)

    @functools.cached_property
    def priorities(self) -> Urgency:
        return Urgency(self.of_paper, self.costs)

    def made_by(self, stage: str, wildcards: object) -> Liquid | Ensemble | None:
        """The liquid or ensemble of a simulation job, by the wildcards of its rule; None of another job."""
        found = SIMULATION.get(stage)
        if found is None:
            return None
        if found.one_observable:
            names = (f"{wildcards.observable}-{wildcards.code}", getattr(wildcards, "portion", ""))
            return self.measured[wildcards.ensemble, ".".join(filter(None, names))][0]
        return self.liquids[wildcards.liquid] if found.of_liquids else self.ensembles[wildcards.ensemble]

    def jobs(self, papers: Iterable[str] | None = None) -> Iterator[tuple[str, Liquid | Ensemble, int, str]]:
        """Every simulation job as (stage, liquid or ensemble, block, observable), each once.

        The observables of a block, which one job makes together, come one by one.
        """
        seen = set()
        for paper in papers or self.campaign.papers:
            for ensemble in self.of_paper[paper]:
                for job in ensemble_jobs(ensemble):
                    key = (job[0], job[1].id, job[2], job[3] and job[1].measured(job[3]))
                    if key not in seen:
                        seen.add(key)
                        yield job


def observable_of(wildcards: object) -> str:
    """The observable, or the portion of one, that the wildcards of a rule name; empty where they name none."""
    return ".".join(filter(None, (getattr(wildcards, "observable", ""), getattr(wildcards, "portion", ""))))


def job_code(stage: str, made: Liquid | Ensemble, observable: str) -> str:
    """The digest of the code that a simulation job runs today."""
    return stage_digest(stage, SIMULATION[stage].kind(made, observable), made.model)


def ensemble_jobs(ensemble: Ensemble) -> Iterator[tuple[str, Liquid | Ensemble, int, str]]:
    """An ensemble's simulation jobs as (stage, liquid or ensemble, block, observable), those of its ladder first."""
    for block in ensemble.blocks:
        for liquid, part in ensemble.liquid.ladder(block):
            yield liquid.stage, liquid, part, ""
        for watcher in ensemble.liquid.watch:
            yield "watch", ensemble.liquid, block, watcher
        if ensemble.minimizer:
            yield "quench", ensemble, block, ""
        for observable in ensemble.observables:
            yield from (("portion", ensemble, block, portion) for portion in ensemble.portions(observable))
            yield stage_of(observable), ensemble, block, observable
    if ensemble.evidence:
        yield "evidence", ensemble.liquid, 0, ""
