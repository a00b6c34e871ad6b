"""The job that makes a paper's results: item by item, and what is there, whole and made from what is planned is left
alone.

What an item is made of is told by the rows of its tables and the bytes of its pictures, not by their dates: where a raw
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
from glassworks.campaign.planned.results import RESTORE, Item, Results
from glassworks.campaign.planned.seeds import digest
from glassworks.campaign.products.contents import read_whole, rows_hash, sound_table, table_record
from glassworks.campaign.products.marks import read_mark
from glassworks.campaign.products.sums import sum_of

Work = Callable[[Job, Results, Item, object], None]
"""Makes an item's products from what it consumes, which their provenance tells."""


def works() -> Mapping[str, Work]:
    """What makes each item, by its stage."""
    from glassworks.campaign.jobs import pages, results  # load matplotlib and more, which takes a while

    return {
        RESTORE: lambda job, made, item, _: gather.restore(item.reads[0], item.products[0]),
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
    items = list(made.items())
    with counted(len(items), "products") as progress:
        for item in items:
            if item.stage == "page" and failed:
                break
            progress.note(str(item))
            try:
                make_item(job, made, item, known, work)
            except Exception as error:
                if item.stage != "draw":
                    raise
                print(f"{item}:", file=sys.stderr)
                traceback.print_exc()
                failed[item] = error
            progress.advance()
    if failed and all(isinstance(error, ConfigurationError) for error in failed.values()):
        raise ConfigurationError([problem for error in failed.values() for problem in error.problems])
    if failed:
        said = (f"{item}: {type(error).__name__}: {error}" for item, error in failed.items())
        raise RuntimeError("; ".join(said))


def make_item(job: Job, made: Results, item: Item, known: Contents, work: Mapping[str, Work]) -> None:
    """Makes an item's products, unless they are what is planned.

    Raises:
        FileNotFoundError, ConfigurationError: something that it reads is not there, or damaged.
    """
    consumed = known.consumed(made, item)
    if not there(item, item.code(made.room), consumed):
        work[item.stage](job.part(item.stage, item.kind(made.room)), made, item, consumed)
    known.forget(item)


class Contents:
    """What lies in files, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def consumed(self, made: Results, item: Item) -> dict:
        """What an item is to be made of: what of the paper's file it shows, and what lies in the files that it reads.

        Raises:
            FileNotFoundError, ConfigurationError: one of these is not there, or damaged.
        """
        read = {} if item.stage == RESTORE else {Path(path).name: self._of(path) for path in item.reads}
        return {"paper": made.name, "declared": item.declared, "made_of": read}

    def _of(self, path: str) -> str:
        if path not in self._known:
            table = exists(path).suffix == ".parquet"
            self._known[path] = rows_hash(sound_table(path)) if table else sum_of(Path(path))
        return self._known[path]

    def forget(self, item: Item) -> None:
        """Has what an item makes read again."""
        for path in item.products:
            self._known.pop(path, None)


def there(item: Item, code: str, consumed: dict) -> bool:
    """Whether all products of an item are there, whole, and made from what is planned by today's code."""
    try:
        if item.stage == RESTORE:
            return filecmp.cmp(item.reads[0], item.products[0], shallow=False)
        return all(_made_from(Path(path)) == (code, digest(consumed)) for path in item.products)
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
