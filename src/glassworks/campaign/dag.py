"""What the Snakefile asks: the targets of each paper, the inputs of each file, the parameters that make a file
stale.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from glassworks.campaign import killed
from glassworks.campaign.config import Campaign, Paper, check_captions, check_claims, load_campaign
from glassworks.campaign.costs import PREPARING, read_costs
from glassworks.campaign.ensembles import Ensemble, Liquid, paper_ensembles
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.products import CALIBRATED
from glassworks.campaign.protocols import LIQUID_STAGES, TAGS
from glassworks.campaign.seeds import digest
from glassworks.campaign.stages import stage_digest
from glassworks.derived import derived_tables
from glassworks.parameters import OF_LIQUIDS

TABLE = re.compile("[a-z_]+")
"""How tables are called; what else lies in the archive's folder is none."""
LIQUIDS, GLASSES, EQUILIBRIUM = "liquids", "glasses", "equilibrium"


def ensemble_tables(ensemble: Ensemble) -> list[str]:
    """The raw tables that an ensemble adds rows to; where liquids are only starts, what is measured from them alone."""
    if ensemble.minimizer is None and ensemble.observables:
        return [*([EQUILIBRIUM] if ensemble.evidence else []), *ensemble.observables]
    glasses = [GLASSES] if ensemble.minimizer else []
    return [*ensemble.liquid.tables, *glasses, *([EQUILIBRIUM] if ensemble.evidence else []), *ensemble.observables]


def ensemble_parts(ensemble: Ensemble, table: str) -> list[str]:
    """The files that hold an ensemble's rows of a raw table."""
    if table not in ensemble_tables(ensemble):
        return []
    if table == EQUILIBRIUM:
        return [ensemble.liquid.evidence]
    if table in ensemble.liquid.tables:
        return [f"{ensemble.liquid.folder(block)}/{table}.parquet" for block in ensemble.blocks]
    name = GLASSES if table == GLASSES else ensemble.measured(table)
    return [f"{ensemble.folder(block)}/{name}.parquet" for block in ensemble.blocks]


def raw_tables(campaign: Campaign, paper: Paper) -> list[str]:
    """The raw tables of a paper at this scale; from the archive, those that are there."""
    if campaign.tables == "archive":
        folder = campaign.root / f"results/archive/{paper.name}"
        found = sorted(path.stem for path in folder.glob("*.parquet") if TABLE.fullmatch(path.stem))
        if not found:
            raise ConfigurationError(f"results/archive/{paper.name}: holds no tables; allowed: tables=computed")
        return found
    return sorted({table for ensemble in paper_ensembles(campaign, paper) for table in ensemble_tables(ensemble)})


def liquids_of(stage: str) -> str:
    """The pattern of the names of liquids that a stage prepares.

    A protocol's tag stands behind the size, and only there: a model may be called like another protocol.
    """
    tags = [tag for kind, tag in TAGS.items() if LIQUID_STAGES.get(kind, "equilibrate") == stage]
    return rf"[^/]+_N\d+_(?:{'|'.join(tags)})_[^_/]+_[0-9a-f]{{8}}"


class Plan:
    """The campaign as the workflow sees it, with every lookup made once."""

    def __init__(self, overrides: dict | None = None, check: bool = True):
        """`check` also reads claims and captions, which no job of the simulation needs and which take their time."""
        self.campaign = load_campaign(overrides)
        self.ensembles: dict[str, Ensemble] = {}
        self.liquids: dict[str, Liquid] = {}
        self.measured: dict[tuple[str, str], tuple[Ensemble, str]] = {}
        self.of_paper: dict[str, list[Ensemble]] = {}
        self._planned: dict[tuple, str] = {}
        self.costs = read_costs(self.campaign.root)
        for paper in self.campaign.papers.values():
            if check:
                check_claims(paper)
                check_captions(self.campaign.root, paper)
            if self.campaign.tables == "archive":
                self.of_paper[paper.name] = []
                continue
            self.of_paper[paper.name] = list(paper_ensembles(self.campaign, paper))
            for ensemble in self.of_paper[paper.name]:
                self._add(ensemble)
        self.raw = {name: raw_tables(self.campaign, paper) for name, paper in self.campaign.papers.items()}

    def _add(self, ensemble: Ensemble) -> None:
        self.ensembles.setdefault(ensemble.id, ensemble)
        for liquid, _ in ensemble.liquid.ladder(0):
            self.liquids.setdefault(liquid.id, liquid)
        for observable in ensemble.observables:
            self.measured.setdefault((ensemble.id, ensemble.measured(observable)), (ensemble, observable))

    # ---- paths

    @property
    def out(self) -> str:
        """Folder of tables, figures and report."""
        return self.campaign.products

    @property
    def run(self) -> str:
        """The scale's name, or `from-archive`: what logs and benchmarks of results are filed under."""
        return self.out.rpartition("/")[2]

    def tables(self, paper: str) -> str:
        return f"{self.out}/tables/{paper}"

    def raw_paths(self, paper: str) -> list[str]:
        return [f"{self.tables(paper)}/{table}.parquet" for table in self.raw[paper]]

    def figure_paths(self, paper: str) -> list[str]:
        numbers = sorted(self.campaign.papers[paper].content.figures)
        return [f"{self.out}/figures/{paper}/fig{number}.{suffix}" for number in numbers for suffix in ("pdf", "png")]

    def claims_path(self, paper: str) -> str:
        return f"{self.tables(paper)}/claims.parquet"

    def paper_targets(self, papers: Iterable[str]) -> list[str]:
        """Everything that a reader of these papers gets."""
        found = [path for paper in papers for path in [*self.figure_paths(paper), self.claims_path(paper)]]
        return [*found, f"{self.out}/claims.parquet", f"{self.out}/report.html"]

    def requested(self, targets: Iterable[str] | None) -> list[str]:
        """The papers that the command line names as targets; all of them where it names none."""
        named = [name for name in targets or () if name in self.campaign.papers]
        return named if named and set(targets) <= set(self.campaign.papers) else list(self.campaign.papers)

    # ---- inputs

    def liquid_above(self, liquid: str, block: str) -> list[str]:
        """The liquids that a block of a liquid starts from."""
        return [f"{rung.folder(index)}/liquid.h5" for rung, index in self.liquids[liquid].starts(int(block))]

    def liquid_of(self, ensemble: str, block: str) -> list[str]:
        folder = self.ensembles[ensemble].liquid.folder(int(block))
        return [f"{folder}/liquid.h5", f"{folder}/{LIQUIDS}.parquet"]

    def consumed(self, stage: str, made: Liquid | Ensemble, block: int) -> list[str]:
        """The products that a simulation job reads."""
        if stage in PREPARING:
            return self.liquid_above(made.id, str(block))
        if stage == "measure":
            return [f"{made.folder(block)}/{name}" for name in ("glass.h5", f"{GLASSES}.parquet")]
        source = made if stage == "evidence" else made.liquid
        return [f"{source.folder(block)}/{name}" for name in ("liquid.h5", f"{LIQUIDS}.parquet")]

    def analysed_paths(self, paper: str) -> list[str]:
        return [f"{self.tables(paper)}/{table}.parquet" for table in derived_tables(paper)]

    def figure_tables(self, paper: str, number: str) -> list[str]:
        """The tables that a figure is drawn from; a raw table that this scale does not fill is left out."""
        wanted = self.campaign.papers[paper].content.figures[int(number)].tables
        known = {*derived_tables(paper), *self.raw[paper]}
        return [f"{self.tables(paper)}/{table}.parquet" for table in wanted if table in known]

    def captions(self, paper: str) -> list[str]:
        path = f"workflow/report/{paper}.yaml"
        return [path] if (self.campaign.root / path).is_file() else []

    def section_paths(self, paper: str) -> list[str]:
        """What a paper's section of the report is made from."""
        tables = [*self.raw_paths(paper), *self.analysed_paths(paper), self.claims_path(paper)]
        return [*tables, *self.figure_paths(paper), *self.captions(paper)]

    def calibration_paths(self) -> list[str]:
        """The table of calibration where there is one: no rule makes it, but the report shows it."""
        path = f"{self.out}/{CALIBRATED}"
        return [path] if (self.campaign.root / path).is_file() else []

    def measuring_rules(self) -> list[tuple[str, tuple[str, ...], list[str]]]:
        """What is measured together, because one job makes everything that is measured on a block of glasses.

        Each as (name of the rule, names of what it measures, ensembles); names without the hashes of their parameters
        where these tell nothing apart.
        """
        names: dict[str, list[str]] = {}
        for (ensemble, name), (_, observable) in self.measured.items():
            if observable not in OF_LIQUIDS:
                names.setdefault(ensemble, []).append(name)
        together: dict[tuple[str, ...], list[str]] = {}
        for ensemble, each in names.items():
            together.setdefault(tuple(sorted(each)), []).append(ensemble)
        plain = {each: "_".join(["measure", *(name.rpartition("-")[0] for name in each)]) for each in together}
        alike = Counter(plain.values())
        return [
            (name if alike[name] == 1 else f"{name}_{digest(each)[:6]}", each, together[each])
            for each, name in plain.items()
        ]

    def gathered(self, paper: str, table: str) -> list[str]:
        return [path for ensemble in self.of_paper[paper] for path in ensemble_parts(ensemble, table)]

    # ---- what makes a file stale

    def code(self, stage: str, identity: str, measured: str = "") -> str:
        """The digest of the code that a simulation job runs today."""
        made, observable = self.liquids.get(identity) or self.ensembles[identity], ""
        if measured:
            made, observable = self.measured[identity, measured]
        return job_code(stage, made, observable)

    def planned(self, stage: str, *key: str) -> str:
        """Twelve digits of the digest of the specification that a job consumes; the job checks them again."""
        if (stage, *key) not in self._planned:
            self._planned[(stage, *key)] = digest(self._specification(stage, *key))[:12]
        return self._planned[(stage, *key)]

    def expected(self, stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
        """The same digest for a job as :meth:`jobs` gives it."""
        measured = [made.measured(observable)] if observable else []
        return self.planned(stage, made.id, *([] if stage == "evidence" else [f"{block:05d}"]), *measured)

    def _specification(self, stage: str, identity: str, block: str = "0", measured: str = "") -> dict:
        from glassworks.campaign.jobs import planned

        seed = self.campaign.seed
        if stage in PREPARING:
            return planned.equilibrate(self.liquids[identity], int(block), seed)
        if stage == "evidence":
            return planned.evidence(self.liquids[identity], seed)
        if stage == "quench":
            return planned.quench(self.ensembles[identity], int(block), seed)
        ensemble, observable = self.measured[identity, measured]
        return planned.measure(ensemble, int(block), observable, seed)

    def parts_digest(self, paper: str, table: str) -> str:
        """Digest of the parts of a gathered table and of the key columns that they get."""
        parts = [(each.group, each.id, len(ensemble_parts(each, table))) for each in self.of_paper[paper]]
        return digest(parts)[:12]

    def section_digest(self, paper: str) -> str:
        """Digest of what the report prints of a paper file."""
        return self.paper_digest(paper, "title", "authors", "reference", "doi", "figures", "claims")

    def figure_digest(self, paper: str, number: str) -> str:
        """Digest of a figure's declaration."""
        return digest(self.campaign.papers[paper].content.figures[int(number)].model_dump(mode="json"))[:12]

    # ---- what a job needs

    def memory(self, stage: str, wildcards: object, attempt: int, cluster: bool = False) -> int:
        """Memory to ask for, in MB: what the cost model expects, half as much again with each attempt, and more than a
        job took that was killed for it.

        Args:
            cluster: the job is to run through an executor, whose own processes a cluster counts as the job's.
        """
        made = self._of(stage, wildcards)
        expected = self.costs.memory(stage, made)
        beside = self.costs.memory("executor", None) if cluster else 0.0
        asked = int((expected + beside) * killed.MORE ** (attempt - 1)) + 1
        if made is None:
            return asked
        block, observable = int(getattr(wildcards, "block", 0)), getattr(wildcards, "observable", "")
        job = job_name(stage, made, block, observable)
        if attempt == 1:
            return max(asked, self._least.get(job, 0))
        return max(asked, killed.settle(self.campaign.root, job, expected))

    @functools.cached_property
    def _least(self) -> dict[str, int]:
        return killed.all_least(self.campaign.root)

    def runtime(self, stage: str, wildcards: object, attempt: int) -> int:
        """Run time to ask for, in minutes: three times what the cost model expects, and more with each attempt."""
        seconds = self._seconds(stage, self._of(stage, wildcards), getattr(wildcards, "observable", ""))
        return int(3.0 * attempt * seconds / 60) + 10

    def urgency(self, stage: str, wildcards: object) -> float:
        """Priority of a job: seconds of the longest chain of jobs that begins with it.

        Starting what others wait for longest keeps all cores busy to the end
        (R. L. Graham, SIAM J. Appl. Math. 17, 416, 1969).
        """
        made = self._of(stage, wildcards)
        if stage in PREPARING:
            return self._chains[made.id]
        if stage == "observe":
            return self._seconds(stage, made, wildcards.observable)
        return self._seconds(stage, made) + (self._measurements.get(made.id, 0.0) if stage == "quench" else 0.0)

    @functools.cached_property
    def _chains(self) -> dict[str, float]:
        """Seconds of the longest chain of jobs from a liquid on: lower rungs, evidence, its glasses."""
        after = dict.fromkeys(self.liquids, 0.0)
        for ensemble in self.ensembles.values():
            liquid = ensemble.liquid
            observed = [name for name in ensemble.observables if name in OF_LIQUIDS]
            longest = [after[liquid.id], *(self._seconds("observe", ensemble, name) for name in observed)]
            if ensemble.minimizer:
                longest.append(self._seconds("quench", ensemble) + self._measurements.get(ensemble.id, 0.0))
            if ensemble.evidence:
                longest.append(self._seconds("evidence", liquid))
            after[liquid.id] = max(longest)
        found: dict[str, float] = {}
        for liquid in sorted(self.liquids.values(), key=lambda each: len(list(each.ladder(0))), reverse=True):
            found[liquid.id] = self._seconds(liquid.stage, liquid) + after[liquid.id]
            if liquid.above:
                after[liquid.above.id] = max(after[liquid.above.id], found[liquid.id])
        return found

    def _seconds(self, stage: str, made: Liquid | Ensemble | None, observable: str = "") -> float:
        """Expected seconds of one job; `measure` makes everything that is measured on an ensemble's glasses."""
        if stage != "measure":
            return self.costs.seconds(stage, made, observable)
        return self._measurements[made.id]

    @functools.cached_property
    def _measurements(self) -> dict[str, float]:
        """Seconds of the job that makes all observables of a block of glasses, by ensemble."""
        found: dict[str, float] = {}
        for (identity, _), (ensemble, observable) in self.measured.items():
            if observable in OF_LIQUIDS:
                continue
            found[identity] = found.get(identity, 0.0) + self.costs.seconds("measure", ensemble, observable)
        return found

    def _of(self, stage: str, wildcards: object) -> Liquid | Ensemble | None:
        if stage in (*PREPARING, "evidence"):
            return self.liquids[wildcards.liquid]
        if stage in ("quench", "measure"):
            return self.ensembles[wildcards.ensemble]
        if stage == "observe":
            return self.measured[wildcards.ensemble, f"{wildcards.observable}-{wildcards.code}"][0]
        return None

    def paper_digest(self, paper: str, *parts: str) -> str:
        """Digest of the parts of a paper file that a later stage consumes (`units`, `claims`, `figures`...)."""
        content = self.campaign.papers[paper].content.model_dump(mode="json")
        return digest({part: content[part] for part in parts})[:12]

    def jobs(self, papers: Iterable[str] | None = None) -> Iterator[tuple[str, Liquid | Ensemble, int, str]]:
        """Every simulation job as (stage, liquid or ensemble, block, observable), each once.

        The observables of a block, which one job makes together, come one by one.
        """
        seen = set()
        for paper in papers or self.campaign.papers:
            for ensemble in self.of_paper[paper]:
                for job in ensemble_jobs(ensemble):
                    key = (job[0], job[1].id, job[2], job[3] and ensemble.measured(job[3]))
                    if key not in seen:
                        seen.add(key)
                        yield job


def job_code(stage: str, made: Liquid | Ensemble, observable: str) -> str:
    """The digest of the code that a simulation job runs today."""
    kind = made.protocol.kind if stage in ("equilibrate", "evidence") else observable or None
    return stage_digest(stage, kind, made.model)


def job_name(stage: str, made: Liquid | Ensemble, block: int, observable: str) -> str:
    """What a job calls itself in its heartbeat; the observables of a block of glasses are one job."""
    parts = [stage, made.id, *([] if stage == "evidence" else [str(block)])]
    return " ".join([*parts, *([made.measured(observable)] if stage == "observe" else [])])


def ensemble_jobs(ensemble: Ensemble) -> Iterator[tuple[str, Liquid | Ensemble, int, str]]:
    """An ensemble's simulation jobs as (stage, liquid or ensemble, block, observable), those of its ladder first."""
    for block in ensemble.blocks:
        for liquid, part in ensemble.liquid.ladder(block):
            yield liquid.stage, liquid, part, ""
        if ensemble.minimizer:
            yield "quench", ensemble, block, ""
        for observable in ensemble.observables:
            yield "observe" if observable in OF_LIQUIDS else "measure", ensemble, block, observable
    if ensemble.evidence:
        yield "evidence", ensemble.liquid, 0, ""
