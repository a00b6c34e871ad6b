"""The job that makes a paper's results: step by step, and what is there, whole and made from what is planned is left
alone.

What a step is made of is told by the rows of its tables and the bytes of its pictures, not by their dates: where a raw
table was joined again and holds what it held, nothing is made anew of it.
"""

from __future__ import annotations

import filecmp
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from glassworks.campaign.declared.campaign import Paper
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import gather
from glassworks.campaign.jobs.common import Job, exists
from glassworks.campaign.jobs.progress import counted
from glassworks.campaign.planned.results import RESTORE, Results, Step
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.contents import read_whole, rows_hash, sound_table, table_record
from glassworks.campaign.products.marks import read_mark
from glassworks.campaign.products.sums import sum_of

Work = Callable[[Job, Results, Step, object], None]
"""Makes a step's products from what it consumes, which their provenance tells."""


def works() -> Mapping[str, Work]:
    """What makes each step, by its stage."""
    from glassworks.campaign.jobs import pages, results  # load matplotlib and more, which takes a while

    return {
        RESTORE: lambda job, made, step, _: gather.restore(step.reads[0], step.products[0]),
        "analyse": results.analyse_paper,
        "draw": results.draw,
        "judge": results.judge_paper,
        "page": pages.write_page,
    }


def make(job: Job, paper: Paper) -> None:
    """Makes what is due of a paper's results.

    A figure that cannot be drawn keeps no other from being drawn and no claim from being judged, but there is no page
    then.

    Raises:
        FileNotFoundError, ConfigurationError: something that is read is not there, or damaged.
        RuntimeError: figures could not be drawn.
    """
    made, known, work, failed = Results(job.campaign, paper), Contents(), works(), {}
    steps = list(made.steps())
    with counted(len(steps), "products") as progress:
        for step in steps:
            if step.stage == "page" and failed:
                break
            progress.note(str(step))
            try:
                make_step(job, made, step, known, work)
            except Exception as error:
                if step.stage != "draw":
                    raise
                print(f"{step}:", file=sys.stderr)
                traceback.print_exc()
                failed[step] = error
            progress.advance()
    if failed and all(isinstance(error, ConfigurationError) for error in failed.values()):
        raise ConfigurationError([problem for error in failed.values() for problem in error.problems])
    if failed:
        said = (f"{step}: {type(error).__name__}: {error}" for step, error in failed.items())
        raise RuntimeError("; ".join(said))


def make_step(job: Job, made: Results, step: Step, known: Contents, work: Mapping[str, Work]) -> None:
    """Makes a step's products, unless they are what is planned.

    Raises:
        FileNotFoundError, ConfigurationError: something that it reads is not there, or damaged.
    """
    consumed = known.consumed(made, step)
    if not there(step, step.code(made.name), consumed):
        work[step.stage](job.part(step.stage, step.kind(made.name)), made, step, consumed)
    known.forget(step)


class Contents:
    """What lies in files, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def consumed(self, made: Results, step: Step) -> dict:
        """What a step is to be made of: what of the paper's file it shows, and what lies in the files that it reads.

        Raises:
            FileNotFoundError, ConfigurationError: one of these is not there, or damaged.
        """
        read = {} if step.stage == RESTORE else {Path(path).name: self._of(path) for path in step.reads}
        return {"paper": made.name, "declared": step.declared, "made_of": read}

    def _of(self, path: str) -> str:
        if path not in self._known:
            table = exists(path).suffix == ".parquet"
            self._known[path] = rows_hash(sound_table(path)) if table else sum_of(Path(path))
        return self._known[path]

    def forget(self, step: Step) -> None:
        """Has what a step makes read again."""
        for path in step.products:
            self._known.pop(path, None)


def there(step: Step, code: str, consumed: dict) -> bool:
    """Whether all products of a step are there, whole, and made from what is planned by today's code."""
    try:
        if step.stage == RESTORE:
            return filecmp.cmp(step.reads[0], step.products[0], shallow=False)
        return all(_made_from(Path(path)) == (code, digest(consumed)) for path in step.products)
    except Exception:  # absent, or damaged, of which readers raise nearly anything
        return False


def _made_from(path: Path) -> tuple[str, str] | None:
    """The code and the specification that a product was made from; None where it is not as it was written."""
    if path.suffix == ".parquet":
        table, kept, found = read_whole(path)
        record, whole = table_record(table.schema), kept == found
    else:
        record, whole = read_mark(path.read_bytes(), path.suffix)
    return (record["stage_digest"], record["specification_hash"]) if whole else None
