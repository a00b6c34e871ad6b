"""What `glassworks status` shows: a screen, or all there is."""

from __future__ import annotations

import contextlib
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from glassworks.campaign.planned.results import GATHER, RESULTS
from glassworks.campaign.status import Failure, Run, Status, Tally
from glassworks.campaign.words import duration, shortened

if TYPE_CHECKING:  # a status has no use for pandas
    import pandas as pd

COUNTS = ("done", "running", "failed", "left")
OTHERS = 6
"""Lines for the head, the table's titles, three about what is not shown, and a terminal's prompt."""
FEWEST = 6
"""Lines for what runs and what failed, however small the terminal."""

ROOM = 6
"""Lines that stages leave at least, before they are told more briefly."""


def screen(status: Status, scale: str, cores: int, size: tuple[int, int], everything: bool = False) -> Group:
    """A line for each paper and stage, what runs, what failed and why, in a console of so many columns and lines;
    `everything`: each ensemble too, all that runs and failed, and names in full.
    """
    width, height = size
    wide = 10**6 if everything else width
    total, use = status.total, len(status.running) or cores
    head = f"scale {scale}: {total.done} of {total.jobs} jobs done"
    if total.seconds_left:
        head += f"; about {duration(total.seconds_left / use)} left on {use} cores"
    stages = _stages(status, folded=not everything)
    if not everything and len(stages.rows) > height - OTHERS - ROOM:
        stages = _stages(status, folded=True, briefly=True)
    runs = [_run(run, wide) for run in status.running]
    failures = [_failure(failure, wide) for failure in status.failed]
    if not everything:
        room = max(height - len(stages.rows) - OTHERS - bool(status.pages), FEWEST)
        failures = _fitting(failures, room - min(len(runs), room // 3), width)
        runs = runs[: max(room - sum(_lines(failure, width) for failure in failures), 0)]
    parts = [Text(head, style="bold"), *([_ensembles(status)] if everything else []), stages]
    parts += [*runs, *_more(len(status.running) - len(runs), "run")]
    parts += [*failures, *_more(len(status.failed) - len(failures), "failed")]
    if status.pages:
        parts.append(_pages(status.pages, wide))
    if status.elsewhere:
        parts.append(Text(f"{status.elsewhere} failed that are not planned here: of another scale, paper or model"))
    return Group(*parts)


def _lines(text: Text, width: int) -> int:
    """Lines of a console that a text takes."""
    return sum(-(-len(line) // width) for line in text.plain.split("\n"))


def _pages(paths: list[str], width: int) -> Text:
    """A line about the papers whose pages can be read."""
    folder, names = paths[0].rpartition("/")[0], ", ".join(path.rpartition("/")[2] for path in paths)
    said = f"pages in {folder}: {names}"
    return Text(said if len(said) <= width else f"{len(paths)} papers have a page in {folder}")


def _fitting(texts: list[Text], room: int, width: int) -> list[Text]:
    """As many of some texts, at least one, as so many lines hold."""
    used = list(accumulate(_lines(text, width) for text in texts))
    return texts[: max(bisect_right(used, room), 1)]


def _more(count: int, what: str) -> list[Text]:
    return [Text(f"{count} more {what} (--all shows them)")] if count > 0 else []


def _row(table: Table, names: tuple[str, ...], tally: Tally) -> None:
    style = "red" if tally.failed else "yellow" if tally.running else None if tally.left else "green"
    counts = [str(getattr(tally, name)) for name in COUNTS]
    table.add_row(*names, *counts, duration(tally.seconds_left) if tally.seconds_left else "", style=style)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for name in (*COUNTS, "core time left"):
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _stages(status: Status, folded: bool, briefly: bool = False) -> Table:
    """A row for each paper and stage; `folded`: what makes a paper's results is one; `briefly`: so is each paper but
    the first that is not done."""
    at_hand = next((paper for (paper, _), tally in status.stages.items() if tally.done < tally.jobs), "")
    rows: dict[tuple[str, str], Tally] = {}
    for (paper, stage), tally in status.stages.items():
        key = (paper, RESULTS if folded and stage == GATHER else stage)
        if briefly and paper not in ("", at_hand):
            key = (paper, "all")
        row = rows.setdefault(key, Tally())
        row += tally
    table = _table("paper", "stage")
    for (paper, stage), tally in rows.items():
        _row(table, (paper or "all", stage), tally)
    return table


def _ensembles(status: Status) -> Table:
    table = _table("group", "ensemble")
    for ensemble, tally in status.ensembles:
        _row(table, (f"{ensemble.paper} {ensemble.group}", ensemble.id), tally)
    return table


def _run(run: Run, width: int) -> Text:
    """One line about a job that runs."""
    beat = run.beat
    if not (said := beat.get("note")):
        part = beat["done"] / beat["total"] if beat["total"] else 0.0
        left = f", {duration(run.seconds_left)} left" if run.seconds_left else ""
        said = f"{part:.0%} of {beat['total']:g} {beat['unit']}{left}" if beat["total"] else f"begins{left}"
    return Text(f"running: {shortened(beat['job'], max(width - len(said) - 11, 20))}: {said}", style="yellow")


def _failure(failure: Failure, width: int) -> Text:
    """One line about why a job failed, and one about where its log is, which is never cut short."""
    reason = f"failed: {shortened(failure.job, max(width // 2, 30))}: {failure.reason}"
    reason = reason if len(reason) <= width else f"{reason[: width - 1]}…"
    return Text.assemble((f"{reason}\n", "red"), f"  {failure.log}", overflow="fold")


def calibration(rows: pd.DataFrame) -> Iterator[Table]:
    """A table for each way in which a paper's claims were compared, a row a claim; claims that were not are named
    with the reason."""
    for (paper, kind, scale, parts), claims in rows.groupby(["paper", "kind", "scale", "parts"], sort=False):
        table = Table(title=f"{paper}, {parts} {kind} of {scale}", box=None, pad_edge=False)
        for name in ("claim", "pairs", "rms z", "|z| > 1.96", "flips", "miscalibrated", "estimates"):
            table.add_column(name, justify="left" if name in ("claim", "estimates") else "right", overflow="fold")
        for row in claims.itertuples():
            if row.comparisons:
                numbers = (str(row.comparisons), f"{row.rms_z:.2f}", f"{row.beyond:.0%}", str(row.flips))
                wrong = row.fault or (f"{row.miscalibrated} of {row.claims}" if row.estimates == "" else "")
                table.add_row(row.claim, *numbers, wrong, row.estimates, style="red" if row.fault else None)
            else:
                table.add_row(row.claim, "", "", "", "", "", Text(row.reason, style="dim"))
        yield table


def watch(look: Callable[[], Status], show: Callable[[Status], Group], console: Console, seconds: float) -> Status:
    """Shows a campaign again and again until all is done or Ctrl-C is typed; returns what was seen last.

    A terminal's screen is drawn anew in its place; elsewhere one follows the other.
    """
    seen = look()
    live = Live(show(seen), console=console, auto_refresh=False) if console.is_terminal else contextlib.nullcontext()
    with contextlib.suppress(KeyboardInterrupt), live:
        if not console.is_terminal:
            console.print(show(seen))
        while seen.total.done < seen.total.jobs:
            time.sleep(seconds)
            seen = look()
            if console.is_terminal:
                live.update(show(seen), refresh=True)
            else:
                console.print("", show(seen), sep="\n")
    return seen
