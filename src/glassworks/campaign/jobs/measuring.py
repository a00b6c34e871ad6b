"""What jobs that measure share: samples are measured one by one, each by all that is due, and written as tables."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from glassworks import observables
from glassworks.campaign.declared.campaign import observable_parameters
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.checkpoints import Within, checkpoint
from glassworks.campaign.jobs.common import OK, Job, exists
from glassworks.campaign.jobs.kept import read_arrays, write_arrays
from glassworks.campaign.jobs.progress import heartbeat
from glassworks.campaign.planned import specifications as planned
from glassworks.campaign.planned.ensembles import Ensemble
from glassworks.campaign.planned.seeds import digest, generator
from glassworks.campaign.products.contents import read_whole, table_record
from glassworks.campaign.products.tables import joined, write_table
from glassworks.configurations import Configuration
from glassworks.liquids.memory import Memory
from glassworks.observables import WHOLE, Means, Portion, Subject
from glassworks.observables._alone import Columns, failure, measured


class Work:
    """What is due of a block's tables.

    Args:
        tables: what is asked for; of these is due what is not there, whole, and made from what is planned.
        content: the content hash of the block's samples.
        subject: makes of a configuration what observables measure.

    Attributes:
        due: what is measured, each behind those that it builds on.
        there: by file, what those found that are there, by sample.
        again: the files of those of which too little is there, and which are found again, but not written.
    """

    def __init__(self, job: Job, tables: Iterable[Table], content: str, subject: Callable[[Configuration], Subject]):
        self.job, self.content, self.subject = job, content, subject
        self.due: list[Table] = []
        self.there: dict[Path, dict[int, Columns]] = {}
        self.again: set[Path] = set()
        wanted = [table for table in tables if not table.there(content)]
        for portion in (each for table in wanted for each in table.portions):
            if not portion.there(content):
                said = "was made from something else than what is planned; run the stage that makes it first"
                raise ConfigurationError(f"{exists(portion.path)}: {said}")
        for table in wanted:
            for each in [*table.needs, table]:
                self._add(each, {table.path for table in wanted})

    def _add(self, table: Table, wanted: set[Path]) -> None:
        if table.path in self.there or table.path in {each.path for each in self.due}:
            return
        if table.path not in wanted:
            if table.kept == table.observable.arrays and table.there(self.content):
                self.there[table.path] = table.read()
                return
            self.again.add(table.path)
        self.due.append(table)

    def run(self, name: str, configurations: Sequence[Configuration], status: Mapping[int, str]) -> None:
        """Measures all that is due on the samples of a block, from where a checkpoint left it, and writes it.

        Args:
            name: of the job.
            status: of each sample, in the order of the configurations.
        """
        if not self.due:
            return
        key = self.job.key({"samples": self.content, "tables": [table.specification for table in self.due]})
        samples = list(zip(configurations, status.items(), strict=True))
        with checkpoint(name, key) as memory:
            kept, found, state = memory.recall() or ([], {}, None)
            for table, finished in zip(self.due, kept, strict=False):
                table.parts, table.arrays, table.seconds = finished
            left = samples[min(len(table.parts) for table in self.due) :]
            with heartbeat(name, len(left)) as progress:
                for configuration, (sample, said) in left:
                    self._sample(sample, said, self.subject(configuration), memory, found, state)
                    found, state = {}, None
                    memory.offer(self._state)
                    progress.advance()
                for table in self.due:
                    if table.path not in self.again:
                        table.write(self.content)

    def _state(self, found: Mapping[str, Columns] | None = None, state: object = None) -> tuple:
        """What a checkpoint holds: of each table what is finished; of the sample at hand what others build on, and the
        state of the observable that is at work."""
        return [(table.parts, table.arrays, table.seconds) for table in self.due], found or {}, state

    def _sample(
        self, sample: int, status: str, subject: Subject, memory: Memory, found: dict[str, Columns], state: object
    ) -> None:
        """One sample, for each table that lacks it.

        Args:
            found: what others build on, of the tables that do not lack it, by file name.
            state: from which the first of the others goes on.
        """
        before = {path.stem: kept[sample] for path, kept in self.there.items()}
        asked = {need.path.stem for table in self.due for need in table.needs}
        finished = min(len(table.parts) for table in self.due)
        for table in self.due:
            if len(table.parts) > finished:
                continue
            inside = Within(memory, lambda own: self._state(found, own), state)
            result, state = table.add(sample, subject, status, before | found, inside), None
            if table.path.stem in asked:
                found[table.path.stem] = result
            if table is not self.due[-1]:
                memory.offer(lambda: self._state(found))


class Table:
    """One observable of a block.

    Args:
        observable: its name, or that of a portion of it.

    Attributes:
        needs: those that it builds on, each before those that need it.
        portions: those that other jobs have made, where its work on a sample is divided.
        kept: the arrays that are kept beside it.
        parts: the rows of each sample that is finished.
        arrays: what is kept of each, by sample.
    """

    def __init__(self, job: Job, ensemble: Ensemble, observable: str, block: int):
        name, _, portion = observable.partition(".")
        parameters = ensemble.observables[name]
        self.job, self.ensemble, self.observable = job, ensemble, observables.load(name)
        self.path = Path(f"{ensemble.folder(block)}/{ensemble.measured(observable)}.parquet")
        self.specification = (planned.portion if portion else planned.measure)(ensemble, block, observable, job.seed)
        self.parameters = observable_parameters(name, parameters)
        self.portion = Portion(*_numbers(portion)) if portion else WHOLE
        self.kept = self.observable.kept(self.parameters)
        numbers = {key: value for key, value in parameters.items() if key != "keep"}
        self.code = digest({**ensemble.specification, "observable": name, "parameters": numbers})
        self.needs = [Table(job, ensemble, each, block) for each in observables.needed(name)]
        other = job.part("portion", name)
        self.portions = [Table(other, ensemble, each, block) for each in ensemble.portions(observable)]
        self.parts: list[Columns] = []
        self.arrays: dict[int, Columns] = {}
        self.seconds = 0.0

    def there(self, content: str) -> bool:
        """Whether table and arrays are there, whole, and made from what is planned, of samples with this content
        hash."""
        expected = digest(self.specification), self.job.code(self.observable.name), content
        try:
            table, kept, found = read_whole(self.path)
            records = [table_record(table.schema), *([read_arrays(self.beside)[1]] if self.kept else [])]
        except Exception:  # absent, or damaged, of which readers raise nearly anything
            return False
        keys = ("specification_hash", "stage_digest", self.observable.of)
        return kept == found and {tuple(record.get(key) for key in keys) for record in records} == {expected}

    @property
    def beside(self) -> Path:
        """Where its arrays are kept."""
        return self.path.with_suffix(".h5")

    @functools.cached_property
    def found(self) -> dict[int, Columns]:
        """What is there, by sample, read once."""
        return self.read()

    def read(self) -> dict[int, Columns]:
        """What is there, rows and arrays, by sample."""
        columns = {name: np.array(values) for name, values in read_whole(self.path)[0].to_pydict().items()}
        arrays = read_arrays(self.beside)[0] if self.kept else {}
        samples = columns.pop("sample")
        return {
            int(sample): {name: each[samples == sample] for name, each in columns.items()} | arrays.get(int(sample), {})
            for sample in np.unique(samples)
        }

    def add(self, sample: int, subject: Subject, status: str, found: Mapping[str, Columns], memory: Memory) -> Columns:
        """Measures one sample, unless it failed before, and returns what was found.

        Args:
            status: of the sample.
            found: what the observables that this builds on found, by file name.
            memory: where it may keep its state.
        """
        started = time.monotonic()
        mine = {need.observable.name: found[need.path.stem] for need in self.needs}
        failed = {name: str(each["status"][0]) for name, each in mine.items() if OK not in each["status"]}
        if status != OK:
            result = failure(f"{self.observable.subject}: {status}")
        elif failed:
            result = failure(": ".join(next(iter(failed.items()))))
        elif self.portions:
            result = _joined([each.found[sample] for each in self.portions if sample in each.found])
        else:
            means = Means(generator(self.job.seed, self.code, sample), mine, memory, self.portion)
            result = measured(self.observable, subject, self.parameters, means)
        rows = {name: values for name, values in result.items() if name not in self.observable.arrays}
        self.parts.append({"sample": np.full(len(rows["status"]), sample), **rows})
        if self.kept and set(self.kept) <= set(result):
            self.arrays[sample] = {name: result[name] for name in self.kept}
        self.seconds += time.monotonic() - started
        return result

    def write(self, content: str) -> None:
        """Writes arrays and table; `content` is the content hash of what they were measured on."""
        of = {self.observable.of: content}
        record = self.job.provenance(self.specification, self.observable.name, self.seconds, **of)
        if self.kept:
            write_arrays(self.beside, self.arrays, self.kept, record)
        write_table(self.path, joined(self.parts), record)


def _numbers(portion: str) -> tuple[int, int]:
    """A portion's number, counted from 0, and how many there are, by its name (`2of4`)."""
    number, _, of = portion.partition("of")
    return int(number) - 1, int(of)


def _joined(portions: Sequence[Columns]) -> Columns:
    """What the portions of a sample found, one below the other; where one failed, its reason."""
    for each in portions:
        numbers = [values for values in each.values() if values.dtype.kind == "f"]
        if list(each["status"]) != [OK] and len(each["status"]) == 1 and np.isnan(numbers).all():
            return failure(str(each["status"][0]))
    return {name: np.concatenate([each[name] for each in portions]) for name in portions[0]}
