"""What is made of a paper's blocks at a scale: raw tables, derived ones, figures, verdicts, pages.

Rules, plan, status and the jobs themselves ask this: where each lies, what it is made of, and what of the paper's file
it shows. `simulation` is its counterpart for what comes before, `stages` tells what code makes it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from glassworks.campaign.declared.campaign import Campaign, Paper
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.ensembles import Ensemble, paper_ensembles
from glassworks.campaign.planned.parts import ensemble_parts, raw_tables
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.planned.stages import stage_digest, stands_for
from glassworks.campaign.products.columns import columns_of
from glassworks.campaign.products.contents import sound_table
from glassworks.campaign.products.places import ARCHIVE, CALIBRATED, drawn, pages
from glassworks.studies import derived_tables

GATHER, RESULTS, REPORT = "gather", "results", "report"
RESULT_JOBS = (GATHER, RESULTS, REPORT)
"""The jobs that make results, in their order: one a raw table, which joins blocks; one a paper, which makes all else of
it, because each thing takes less time than a job's start; and one for the index of all papers."""
RESTORE = "restore"


class Item(NamedTuple):
    """Something that the job of a paper's results makes at once.

    Attributes:
        stage: as `stages.STAGES` calls it, or `restore`, which copies a raw table from the archive.
        what: which table, figure (`4`, `S7`) or printed table (`table1`) it is; empty where the stage makes one.
        products: the files that it makes.
        reads: the files that it is made of.
        declared: a digest of what it shows of the paper's file, and of whatever else is no file.
    """

    stage: str
    what: str
    products: tuple[str, ...]
    reads: tuple[str, ...]
    declared: str

    def kind(self, room: str) -> str | None:
        """Which kind of its stage it is, as `stages.STAGES` calls it."""
        if self.stage in ("analyse", "judge"):
            return room
        return f"{room} {self.what}" if self.stage == "draw" else None

    def code(self, room: str) -> str:
        """The digest of the code that makes it."""
        return "" if self.stage == RESTORE else stage_digest(self.stage, self.kind(room))

    def __str__(self) -> str:
        return " ".join(filter(None, (self.stage, self.what)))


class Results:
    """The results of a paper, as a campaign makes them.

    Args:
        ensembles: those of the paper, where they are known already.
    """

    def __init__(self, campaign: Campaign, paper: Paper, ensembles: Sequence[Ensemble] | None = None):
        self.campaign, self.paper, self.name, self.room = campaign, paper, paper.name, paper.room
        self.archived = campaign.tables == "archive"
        self.raw = raw_tables(campaign, paper)
        self._given = ensembles

    # ---- where they are

    @property
    def out(self) -> str:
        """Folder of a scale's tables, figures and pages."""
        return self.campaign.products

    @property
    def tables(self) -> str:
        return f"{self.out}/tables/{self.name}"

    def table(self, name: str) -> str:
        """A raw or derived table."""
        return f"{self.tables}/{name}.parquet"

    @property
    def raw_paths(self) -> list[str]:
        return [self.table(name) for name in self.raw]

    @property
    def archived_paths(self) -> list[str]:
        """The archive's tables that :attr:`raw_paths` are copied from."""
        return [f"{ARCHIVE}/{self.name}/{name}.parquet" for name in self.raw]

    @property
    def derived_paths(self) -> list[str]:
        return [self.table(name) for name in derived_tables(self.room)]

    @property
    def drawn_paths(self) -> list[str]:
        """Pictures of figures and printed tables, and what the latter hold."""
        return [path for name in self.paper.content.drawn for path in drawn(self.out, self.name, name)]

    @property
    def claims_path(self) -> str:
        return self.table("claims")

    @property
    def page_paths(self) -> list[str]:
        """The paper's page and that of its tables."""
        return pages(self.out, self.name)

    @property
    def captions(self) -> list[str]:
        path = self.paper.captions(self.campaign.root)
        return [path] if (self.campaign.root / path).is_file() else []

    @property
    def calibration(self) -> list[str]:
        """The table of calibration where there is one: no rule makes it, but pages show it."""
        path = f"{self.out}/{CALIBRATED}"
        return [path] if (self.campaign.root / path).is_file() else []

    @property
    def index_paths(self) -> list[str]:
        """What the paper's entry in the index is made from."""
        return [self.claims_path, *self.page_paths]

    @property
    def shown_paths(self) -> list[str]:
        """What the paper's pages show."""
        return [*self.raw_paths, *self.derived_paths, self.claims_path, *self.drawn_paths]

    @property
    def every_path(self) -> list[str]:
        """All that is made of the paper."""
        return [*self.shown_paths, *self.page_paths]

    # ---- what they are made of

    @functools.cached_property
    def ensembles(self) -> Sequence[Ensemble]:
        if self._given is not None:
            return self._given
        return [] if self.archived else list(paper_ensembles(self.campaign, self.paper))

    def parts(self, table: str) -> list[str]:
        """The files of blocks that a raw table joins."""
        return [path for ensemble in self.ensembles for path in ensemble_parts(ensemble, table)]

    @property
    def inputs(self) -> list[str]:
        """The files that the job waits for which makes all but raw tables."""
        return [*(self.archived_paths if self.archived else self.raw_paths), *self.captions]

    @property
    def outputs(self) -> list[str]:
        """The files that this job makes; each of them it leaves alone where it is what is planned."""
        return [path for item in self.items() for path in item.products]

    @property
    def code(self) -> list[str]:
        """What makes its products stale beside its inputs: a line for each item."""
        return [f"{item}: {item.code(self.room)} {item.declared}" for item in self.items()]

    def item(self, stage: str, what: str = "") -> Item:
        """One of its items; raises KeyError where there is none."""
        for item in self.items():
            if (item.stage, item.what) == (stage, what):
                return item
        raise KeyError(f"{stage} {what}")

    def items(self) -> Iterator[Item]:
        """What it makes, in an order in which each comes after what it is made of."""
        if self.archived:
            for table, source in zip(self.raw, self.archived_paths, strict=True):
                yield Item(RESTORE, table, (self.table(table),), (source,), "")
        raw, derived, declared = tuple(self.raw_paths), tuple(self.derived_paths), self.paper.content.drawn
        known = {*raw, *derived}
        yield Item("analyse", "", derived, raw, self._analysed())
        for name, figure in declared.items():
            reads = tuple(path for path in map(self.table, figure.tables) if path in known)
            yield Item("draw", name, tuple(drawn(self.out, self.name, name)), reads, self._drawn(name))
        judged = digest([self.of_file("claims", "units"), self.campaign.verdicts])[:12]
        yield Item("judge", "", (self.claims_path,), (*raw, *derived), judged)
        yield Item("page", "", tuple(self.page_paths), (*self.shown_paths, *self.captions), self._shown())

    # ---- what of the paper's file they show

    def joined(self, table: str) -> str:
        """Digest of which parts a raw table joins, and of the key columns that they get."""
        return digest([(each.group, each.id, len(ensemble_parts(each, table))) for each in self.ensembles])[:12]

    def of_file(self, *parts: str) -> str:
        """Digest of parts of the paper's file (`units`, `claims`, `figures`…)."""
        content = self.paper.content.model_dump(mode="json")
        return digest({part: content[part] for part in parts})[:12]

    def entry_digest(self) -> str:
        """Digest of what the index, and the page of what was not reproduced, show of the paper's file."""
        return self.of_file("title", "authors", "reference", "doi", "figures", "tables", "claims")

    def calibration_digest(self) -> str:
        """Digest of the paper's rows in the table of calibration: another paper's do not make its page anew."""
        for path in self.calibration:
            with suppress(ConfigurationError):  # a job tells that it is damaged
                rows = sound_table(self.campaign.root / path).to_pylist()
                return digest([repr(row) for row in rows if row["paper"] == self.name])[:12]
        return ""

    def _analysed(self) -> str:
        """What the analysis reads: units, and the numbers and ranges of claims."""
        content = self.paper.content.model_dump(mode="json")
        printed = [
            [claim.get("id"), claim.get("published"), (claim.get("range") or {}).get("ends")]
            for claim in content["claims"]
        ]
        numbers = {"numbers": content["numbers"]} if content["numbers"] else {}
        found = digest({"units": content["units"], "claims": printed, **numbers})[:12]
        return stands_for(f"declared {self.name}", found)

    def _drawn(self, name: str) -> str:
        """A figure's or table's declaration, with the numbers that it names; its options count twice, as they did in
        products that were made before."""
        figure = self.paper.content.drawn[name].model_dump(mode="json")
        return digest([figure, figure["options"]])[:12]

    def _shown(self) -> str:
        """What the paper's pages show that is no file: what its file says, what columns are, calibration."""
        tables = {table: columns_of(table).items() for table in self.raw}
        words = {table: {name: about[:2] for name, about in each} for table, each in tables.items()}
        return digest([self.entry_digest(), words, self.calibration_digest(), self.campaign.verdicts])[:12]
