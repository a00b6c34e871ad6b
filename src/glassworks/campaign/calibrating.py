"""Judges the claims of papers on disjoint parts of one run and on independent seeds, and tells whether the intervals
keep what they promise (:mod:`glassworks.statistics.calibration`)."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from glassworks.campaign import reruns
from glassworks.campaign.declared.campaign import Campaign, Paper, scale_names
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.papers import scales_of
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.killed import machine_memory
from glassworks.campaign.jobs.results import context
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.parts import raw_tables
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.planned.stages import stage_digest
from glassworks.campaign.products.contents import sound_table, table_record
from glassworks.campaign.products.places import CALIBRATED
from glassworks.campaign.products.tables import read_provenance, read_table, write_table
from glassworks.campaign.words import duration, hours, volume
from glassworks.claims import Claim
from glassworks.claims.claim import Requires
from glassworks.claims.judging import COLUMNS as CLAIMS
from glassworks.statistics.calibration import COLUMNS, calibrated
from glassworks.statistics.parts import deal, most_parts
from glassworks.statistics.tables import read_raw
from glassworks.studies import derive, find, judge, study_of

PARTS, SEEDS = "parts", "seeds"
MEMORY = 2000
"""MB that a process takes in which a part is judged; 1,400 were seen for the archived tables of solidity."""
ROUNDING = 1e-9
"""By how much (relative) a measured value may differ that is the same: units cancel in ratios but for rounding."""


def folder(campaign: Campaign, paper: Paper) -> Path:
    """Where the raw tables are that parts are made of."""
    archived = campaign.tables == "archive"
    return Path(f"results/archive/{paper.name}" if archived else f"{campaign.products}/tables/{paper.name}")


def raw_paths(campaign: Campaign, paper: Paper, where: Path) -> list[Path]:
    """The raw tables of a paper in a folder; none where one is missing."""
    paths = [where / f"{table}.parquet" for table in raw_tables(campaign, paper)]
    return paths if all(path.is_file() for path in paths) else []


def records(paths: Sequence[Path]) -> dict[str, dict]:
    """The provenance of tables, by name; raises ConfigurationError where one is damaged."""
    return {path.stem: table_record(sound_table(path).schema) for path in paths}


def calibrate(
    campaign: Campaign, cores: int, parts: int | None = None, seeds: int | None = None, say: Callable = print
) -> Path:
    """Writes the table of calibration of a campaign's papers and returns where it is.

    Args:
        parts: how many disjoint parts; without, as :func:`part_rows` says.
        seeds: how many seeds there shall be; those that are missing are run first. Seeds that are there count anyway.

    Raises:
        ConfigurationError: what is asked for cannot be compared; the message names paper and key.
    """
    for key, count in (("parts", parts), ("seeds", seeds)):
        if count is not None and count < 2:
            raise ConfigurationError(
                f"command line: {key}: {count}: leaves claims of {', '.join(campaign.papers)} nothing to be compared "
                "with; allowed: 2 or more"
            )
    if seeds and campaign.tables == "archive":
        raise ConfigurationError(f"command line: seeds: {seeds}: are simulated; allowed: --tables computed")
    if seeds:
        run_seeds(campaign, seeds, cores, say)
    rows = []
    with ProcessPoolExecutor(max(1, min(cores, machine_memory() // MEMORY))) as pool:
        for paper in campaign.papers.values():
            found = [] if campaign.tables == "archive" else seed_rows(campaign, paper, pool, say)
            try:
                found = [*part_rows(campaign, paper, pool, parts), *found]
            except ConfigurationError as reason:
                if parts or not found:
                    raise
                say(f"{reason}: passed over")
            rows += found
    return write(campaign, rows)


# ---- judging, in processes of their own


def judged(paper: dict, where: Path, parts: int = 1, number: int | None = None) -> pd.DataFrame:
    """The claims' table of one part of the raw tables in a folder.

    Args:
        paper: the paper's file as the library reads it.
        parts: how many parts are dealt; 1 takes the tables as they are.
        number: which part; None for all of them together, without what could not be dealt.
    """
    raw = read_raw(where, study_of(paper).raw)
    if parts > 1:
        dealt = deal(raw, parts)
        raw = dealt.whole if number is None else dealt.parts[number]
    with warnings.catch_warnings():  # which the log of the job that analyses the whole keeps
        warnings.simplefilter("ignore", RuntimeWarning)
        return judge(paper if number is None else lessened(paper, parts), derive(paper, raw))


def lessened(paper: dict, parts: int) -> dict:
    """A paper whose claims require of each part its share of the samples and modes that they require of a run."""
    claims = []
    for claim in paper["claims"]:
        needs = Requires.model_validate(claim.get("requires", {}))
        share = {"samples": math.ceil(needs.samples / parts), "modes": math.ceil(needs.modes / parts)}
        claims.append({**claim, "requires": {**needs.model_dump(), **share}})
    return {**paper, "claims": claims}


def resting_on(whole: pd.DataFrame, less: pd.DataFrame, left_out: dict[tuple[str, str], str]) -> dict[str, str]:
    """The claims that change where the ensembles that could not be dealt are left out, with the reason."""
    numbers = ["measured", "low", "high", "samples"]
    before, after = (table[numbers].to_numpy(dtype=float) for table in (whole, less))
    same = np.isclose(before, after, rtol=ROUNDING, atol=0.0, equal_nan=True).all(axis=1)
    names = [f"{ensemble} of {group} {reason}" for (group, ensemble), reason in left_out.items()]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return {claim: f"rests on what cannot be dealt: {names[0]}{more}" for claim in whole["claim"][~same]}


# ---- parts


def part_rows(campaign: Campaign, paper: Paper, pool: Executor, parts: int | None = None) -> Iterator[pd.DataFrame]:
    """Calibration of a paper from disjoint parts of its tables: of so many, or else of two, and of as many as its
    ensembles allow.

    Raises:
        ConfigurationError: there are no tables, or one is damaged; or no ensemble can be dealt into so many parts.
    """
    where = folder(campaign, paper)
    paths = raw_paths(campaign, paper, where)
    if not paths:
        raise ConfigurationError(
            f"{where}: holds no tables of {paper.name}, or not all; allowed: tables that a run has gathered "
            f"(`snakemake {paper.name} --config scale={campaign.scale}`), or --tables archive"
        )
    scale = str(next(iter(records(paths).values())).get("scale", campaign.scale))
    raw = read_raw(where, find(paper.room).raw)
    head, told, whole = {"paper": paper.name, "kind": PARTS, "scale": scale}, context(paper), None
    for count in [parts] if parts else sorted({2, most_parts(raw)}):
        dealt = deal(raw, count)
        if not any(map(len, dealt.whole.values())):
            raise ConfigurationError(
                f"{where}: {paper.name}: parts: {count}: no ensemble has chains or samples for so many; "
                "allowed: fewer parts (2 or more), or tables of more chains"
            )
        tasks = [pool.submit(judged, told, where, count, number) for number in range(count)]
        missing = {}
        if dealt.left_out:
            whole = whole or pool.submit(judged, told, where)
            less = pool.submit(judged, told, where, count, None)
            missing = resting_on(whole.result(), less.result(), dealt.left_out)
        yield calibrated([task.result() for task in tasks], head, missing)


# ---- seeds


def own(campaign: Campaign, paper: Paper) -> bool:
    """Whether the campaign's own tables are one of the seeds."""
    where = folder(campaign, paper)
    return bool(raw_paths(campaign, paper, where)) and not reruns.foreign(campaign, paper, where, campaign.seed)


def wanted(campaign: Campaign, paper: Paper, count: int) -> list[reruns.Rerun]:
    """The runs that make `count` seeds together with the campaign's own, whose tables are one where they are there.

    Raises:
        ConfigurationError: one of them is of another configuration.
    """
    found = [
        reruns.Rerun(paper.name, campaign.scale, seed)
        for seed in reruns.seeds(campaign.seed, count - own(campaign, paper))
    ]
    for one in found:
        reruns.refuse_foreign(campaign, paper, one)
    return found


def run_seeds(campaign: Campaign, count: int, cores: int, say: Callable) -> None:
    """Makes what is missing of so many seeds of each paper, one run after the other; says first what it costs.

    Raises:
        ConfigurationError: a folder is of another configuration; or a run failed or was stopped.
    """
    left, cost = [], reruns.Cost()
    for paper in campaign.papers.values():
        runs = [one for one in wanted(campaign, paper, count) if not reruns.finished(campaign, paper, one)]
        left += [(paper, one) for one in runs]
        cost = cost.then(reruns.cost(campaign, paper, runs, cores))
    if left:
        say(
            f"{len(left)} runs of scale {campaign.scale}: {hours(cost.seconds)} core-hours, about "
            f"{duration(cost.wall)} on {cores} cores, and up to {volume(cost.disk)} until each is gathered "
            "(see `glassworks plan`)"
        )
    for number, (paper, one) in enumerate(left, start=1):
        with tqdm(total=0, unit=" jobs", disable=not sys.stderr.isatty()) as bar:
            bar.set_description(f"{paper.name}, seed {one.seed} ({number} of {len(left)})")

            def show(done: int, total: int, bar: tqdm = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            reruns.make(campaign, paper, one, cores, show)
        say(f"{paper.name}, seed {one.seed}: {number} of {len(left)} runs done")


def seed_rows(campaign: Campaign, paper: Paper, pool: Executor, say: Callable) -> list[pd.DataFrame]:
    """Calibration of a paper from all seeds whose raw tables are kept; nothing where there are fewer than two."""
    found = []
    for one in reruns.kept(campaign, paper):
        if other := reruns.foreign(campaign, paper, one.tables, one.seed):
            say(f"{other}: passed over")
        else:
            found.append(one)
    mine = own(campaign, paper)
    if len(found) + mine < 2:
        return []
    tasks = [pool.submit(judged, context(paper), folder(campaign, paper))] if mine else []
    tables = [_kept_claims(campaign, paper, one, pool) for one in found]
    rows = calibrated(
        [*(task.result() for task in tasks), *(claims() for claims in tables)],
        {"paper": paper.name, "kind": SEEDS, "scale": campaign.scale},
    )
    return [_with_scales(campaign, paper, rows)]


def _kept_claims(campaign: Campaign, paper: Paper, one: reruns.Rerun, pool: Executor) -> Callable[[], pd.DataFrame]:
    """The claims of a seed, judged again only where tables, declarations or code are not what they were judged with."""
    sources = records(raw_paths(campaign, paper, one.tables))
    declared = paper.content.model_dump(mode="json")
    specification = {
        "paper": paper.name,
        "tables": {name: record.get("specification_hash", "") for name, record in sources.items()},
        "declared": digest({part: declared[part] for part in ("units", "claims")}),
        "analysis": stage_digest("analyse", paper.room),
    }
    path = one.tables / "claims.parquet"
    job = Job("judge", seed=one.seed, kind=paper.name, scale=campaign.scale)
    record = job.provenance(specification, scale=campaign.scale, paper=paper.name)
    if path.is_file():
        before = read_provenance(path)
        if all(before.get(key) == record[key] for key in ("specification", "stage_digest")):
            return lambda: read_table(path)
    task = pool.submit(judged, context(paper), one.tables)

    def claims() -> pd.DataFrame:
        write_table(path, task.result(), record, CLAIMS)
        return task.result()

    return claims


def _with_scales(campaign: Campaign, paper: Paper, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose claims are out of reach of every seed say which other scale has the ensembles that they require."""
    beyond = (rows["judged"] == 0) & rows["reason"].str.startswith("out of reach")
    for place in rows.index[beyond]:
        [claim] = [each for each in paper.content.claims if each["id"] == rows.loc[place, "claim"]]
        scale = smallest_scale(campaign, paper.name, Claim.model_validate(claim))
        if scale != campaign.scale:  # else it is in what was measured, not in what is there
            rows.loc[place, "reason"] += f"; {scale or 'no scale'} has enough"
    return rows


def smallest_scale(campaign: Campaign, paper: str, claim: Claim) -> str:
    """The smallest scale whose ensembles are as many and as large as a claim requires; empty where none is.

    A claim that names no group counts as reached where the paper is simulated at all.
    """
    needs, options = claim.requires, claim.options
    group = needs.group or options.get("group")
    for scale in scales_of(campaign.root, paper, scale_names(campaign.root)):
        here = load_campaign({"scale": scale, "tables": "computed", "papers": paper}, campaign.root)
        made = [
            each for each in paper_ensembles(here, here.papers[paper])
            if group in (None, each.group) and each.samples >= needs.samples
        ]  # fmt: skip
        if len({each.liquid.temperature for each in made}) >= needs.temperatures:
            return scale
    return ""


# ---- the table


def write(campaign: Campaign, rows: list[pd.DataFrame]) -> Path:
    """Writes `calibration.parquet` of a scale: these papers' rows, and those of other papers that it had before."""
    path = Path(f"{campaign.products}/{CALIBRATED}")
    table = pd.concat(rows, ignore_index=True)
    if path.is_file():
        before = read_table(path)
        if list(before.columns) == list(COLUMNS):
            others = before[~before["paper"].isin(table["paper"])]
            table = pd.concat([*([others] if len(others) else []), table], ignore_index=True)
    job = Job("calibrate", scale=campaign.scale, tables=campaign.tables)
    sources = {
        f"{paper.name}/{name}": record.get("specification_hash", "")
        for paper in campaign.papers.values()
        for name, record in records(raw_paths(campaign, paper, folder(campaign, paper))).items()
    }
    record = job.provenance({"papers": sorted(set(table["paper"])), "tables": sources}, scale=campaign.scale)
    write_table(path, table, record, COLUMNS)
    return path
