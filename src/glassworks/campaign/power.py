"""What the verdicts of a scale will be able to decide, before anything runs: from widths that were seen before."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from glassworks import studies
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.planned.dag import Plan, ensemble_jobs
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.planned.plan import products
from glassworks.campaign.products.tables import read_columns, read_table
from glassworks.campaign.words import hours
from glassworks.claims import Claim
from glassworks.claims.claim import WHOLE
from glassworks.claims.severity import ENOUGH, Width, severity
from glassworks.statistics.tables import PUBLISHED

MOST = 1000.0
"""More samples than so many times as many are no plan."""
EXPLAINED = (
    "±: the half width that an interval had where it was last judged (rests on), times the square root of samples "
    "there over samples here, in the ensembles of the claim's group. Severity: the smaller of the chances that so "
    "wide an interval reproduces what is printed, were it true, and does not, were its rival true; one half decides, "
    "on a part of the published range too. More samples: how many times as many of the group would decide, and the "
    "core-hours that they cost besides."
)
COUNTING = ("summary", "descents")
"""The derived tables that tell how many samples ensembles had: of groups that only paths downhill are measured of, the
second."""
TABLES = "results/{run}/tables/{paper}/claims.parquet"


@dataclass(frozen=True)
class Outlook:
    """What a scale will tell of a claim.

    Attributes:
        width: expected half width of its interval; NaN where none is known.
        severity: that of a verdict from such an interval, on the part of the published range that the scale reaches.
        share: this part.
        times: how many times as many samples would decide it, 1 where those of the scale do; infinity beyond `MOST`.
        seconds: what the samples besides the scale's cost, of one core.
        origin: the run whose interval this follows from.
        missing: why nothing is known, where nothing is.
    """

    claim: str
    width: float = math.nan
    severity: float = math.nan
    share: float = math.nan
    times: float = math.nan
    seconds: float = math.nan
    origin: str = ""
    missing: str = ""

    @property
    def decides(self) -> bool:
        """Whether the samples of the scale are enough."""
        return self.times == 1.0


@dataclass(frozen=True)
class Judged:
    """The claims of a paper that a run judged, and how many samples each ensemble had."""

    origin: str
    claims: pd.DataFrame
    samples: dict[str, dict[tuple, int]]


def outlooks(plan: Plan, paper: str) -> Iterator[Outlook]:
    """The outlook of every claim of a paper at the plan's scale.

    An interval narrows with the square root of the samples of the claim's group (those it requires, or measures).
    Raises ConfigurationError where no run has judged the paper's claims yet.
    """
    known = judged(plan, paper)
    if not known:
        raise ConfigurationError(
            f"{TABLES.format(run='*', paper=paper)}: no claims have been judged, so no width is known; "
            "run a scale first, or figures --config tables=archive"
        )
    for claim in map(Claim.model_validate, plan.campaign.papers[paper].content.claims):
        yield _outlook(plan, paper, claim, known)


def judged(plan: Plan, paper: str) -> list[Judged]:
    """What runs have judged: first this scale, then from the newest to the oldest."""
    root = plan.campaign.root
    here = root / TABLES.format(run=plan.run, paper=paper)
    paths = sorted(
        root.glob(TABLES.format(run="*", paper=paper)), key=lambda path: (path == here, path.stat().st_mtime)
    )
    return [_judged(path) for path in reversed(paths)]


def _judged(path: Path) -> Judged:
    samples: dict[str, dict[tuple, int]] = {}
    for table in filter(Path.is_file, (path.with_name(f"{name}.parquet") for name in COUNTING)):
        columns = read_columns(table, "group", "n", "temperature", "rate", "samples")
        for group, *point, count in zip(*columns, strict=True):
            samples.setdefault(group, {})[_point(*point)] = int(count)
    return Judged(path.parts[-4].removeprefix("from-"), read_table(path).set_index("claim"), samples)


def _point(n: int, temperature: float | None, rate: float | None) -> tuple:
    """What tells the ensembles of a group apart; numbers that a table may hold in single precision in six digits."""
    return int(n), *(None if x is None or math.isnan(x) else f"{x:.6g}" for x in (temperature, rate))


def _outlook(plan: Plan, paper: str, claim: Claim, known: list[Judged]) -> Outlook:
    group = claim.requires.group or claim.options.get("group")
    mine = _pooled(plan, paper, group)
    seen = next((each for each in known if _has_width(each, claim.id)), None)
    if not mine:
        return Outlook(claim.id, missing="not at this scale")
    if seen is None:
        return Outlook(claim.id, missing="out of reach so far")
    share = _share(claim, mine)
    if not share > 0.0:
        return Outlook(claim.id, share=share, origin=seen.origin, missing="reaches nothing")
    return _told(plan, claim, seen, mine, share)


def _pooled(plan: Plan, paper: str, group: str | None) -> list[Ensemble]:
    """The ensembles of a group; of a study's main one, those of the group `published` stand for what they repeat."""
    every = plan.of_paper[paper]
    if group != studies.find(plan.campaign.papers[paper].room).main:
        return [each for each in every if each.group == group]
    instead = [each for each in every if each.group == PUBLISHED]
    repeated = {(each.model.name, *_of(each)) for each in instead}
    own = (each for each in every if each.group == group and (each.model.name, *_of(each)) not in repeated)
    return [*own, *instead]


def _has_width(run: Judged, claim: str) -> bool:
    """Whether a run that promised verdicts gave a claim an interval."""
    if claim not in run.claims.index:
        return False
    row = run.claims.loc[claim]
    return row["verdict"] != "out of reach" and math.isfinite(row["high"] - row["low"])


def _share(claim: Claim, mine: list[Ensemble]) -> float:
    """The part of a claim's published range that some ensembles reach."""
    if claim.range is None:
        return 1.0
    kinds = {"log rate": lambda each: each.liquid.rate, "log size": lambda each: each.n}
    places = map(kinds.get(claim.range.variable, lambda each: each.liquid.temperature), mine)
    places = [place for place in places if place is not None]
    return claim.range.share((min(places), max(places))) if places else 1.0


def _told(plan: Plan, claim: Claim, seen: Judged, mine: list[Ensemble], share: float) -> Outlook:
    """The outlook of a claim of which an interval is known."""
    row, asked = seen.claims.loc[claim.id], claim.asked_of(share)
    scale = narrowing(
        seen.samples.get(claim.requires.group or claim.options.get("group"), {}),
        {_of(each): each.samples for each in mine},
    )
    width = Width(*(scale * side for side in Width.of(row["measured"], row["low"], row["high"])))

    def severe(times: float) -> float:
        return severity(asked, Width(*(side / math.sqrt(times) for side in width)))

    times = deciding(severe)
    return Outlook(
        claim.id, 0.5 * sum(width), severe(1.0), share, times, (times - 1.0) * group_seconds(plan, mine), seen.origin
    )


def _of(ensemble: Ensemble) -> tuple:
    return _point(ensemble.n, ensemble.liquid.temperature, ensemble.liquid.rate)


def narrowing(there: dict[tuple, int], here: dict[tuple, int]) -> float:
    """How many times as wide an interval is here as there, by the samples of the ensembles that both have (of all,
    where they share none): squared errors are means of 1/samples. 1 where it is not known.
    """
    both = there.keys() & here.keys()
    errors = [_error([each[point] for point in both or each]) for each in (here, there)]
    return math.sqrt(errors[0] / errors[1]) if errors[1] else 1.0


def _error(samples: Iterable[int]) -> float:
    """The mean squared error of ensembles, but for its unit; 0 without any."""
    some = [1.0 / each for each in samples if each]
    return sum(some) / len(some) if some else 0.0


def deciding(severe: Callable[[float], float]) -> float:
    """The smallest factor of samples, to 1 %, at which the severity that it gives suffices; infinity above `MOST`."""
    if severe(1.0) >= ENOUGH:
        return 1.0
    if not severe(MOST) >= ENOUGH:
        return math.inf
    low, high = 1.0, MOST
    while high > 1.01 * low:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if severe(middle) >= ENOUGH else (middle, high)
    return high


def group_seconds(plan: Plan, mine: list[Ensemble]) -> float:
    """What all that some ensembles are made and measured of costs, in seconds of one core, each job once."""
    jobs = {products(*job): job for ensemble in mine for job in ensemble_jobs(ensemble)}
    return sum(plan.costs.seconds(stage, made, observable) for stage, made, _, observable in jobs.values())


Told = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""A table in words: its titles and rows."""


def detailed(plan: Plan, paper: str) -> Told:
    """The outlook of each claim of a paper at one scale, with what more samples cost."""
    titles = ("claim", "± here", "severity", "decides", "more samples", "rests on")
    return titles, [_line(told) for told in outlooks(plan, paper)]


def _line(told: Outlook) -> tuple[str, ...]:
    if told.missing:
        return told.claim, "–", "–", "–", told.missing, told.origin
    if told.decides:
        more = "" if told.share >= WHOLE else f"{told.share:.0%} of range"
    elif math.isinf(told.times):
        more = f"above {MOST:g} ×"
    else:
        more = f"{told.times:.1f} ×, {hours(told.seconds)} h"
    decides = "yes" if told.decides else "no"
    return told.claim, f"{told.width:.2g}", f"{told.severity:.2f}", decides, more, told.origin


def table(plans: Sequence[Plan], paper: str) -> Told:
    """The half width of each claim of a paper at several scales, and whether that decides it (part: on a part of the
    published range)."""
    scales = [[_short(told) for told in outlooks(plan, paper)] for plan in plans]
    names = [claim["id"] for claim in plans[0].campaign.papers[paper].content.claims]
    titles = ("claim", *(f"± {plan.campaign.scale}" for plan in plans))
    return titles, [(name, *cells) for name, *cells in zip(names, *scales, strict=True)]


def _short(told: Outlook) -> str:
    if told.missing:
        return "–"
    yes = "yes" if told.share >= WHOLE else "part"
    return f"{told.width:.2g} {yes if told.decides else 'no'}"
