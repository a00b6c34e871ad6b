"""Rows of numbers and words in a text file: many at once, exactly, and with the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

import numpy as np
from ase.io.formats import open_with_compression

from glassworks.exchange.snapshots import Unreadable

Table = dict[str, np.ndarray]
"""Columns by their names."""
WORD = "U16"
"""Names of species have no more letters."""


class Text:
    """A text file, packed or not, read line by line, of which every message names the line.

    Raises:
        Unreadable: there is no such file, or it is no text.
    """

    def __init__(self, path: Path | str):
        self.path, self.number = str(path), 0
        if not Path(path).is_file():
            raise Unreadable(f"{path}: there is no such file")
        self._file: TextIO = open_with_compression(self.path, "rt")

    def __enter__(self) -> Text:
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def line(self) -> str:
        """The next line without its end; '' behind the last one."""
        try:
            found = self._file.readline()
        except (UnicodeDecodeError, OSError, EOFError) as error:
            raise Unreadable(f"{self.path}, line {self.number + 1}: is no text ({error})") from None
        self.number += bool(found)
        return found.rstrip("\n")

    def lines(self) -> Iterator[str]:
        """What is left of the file."""
        while True:
            before = self.number
            found = self.line()
            if self.number == before:
                return
            yield found

    def refuse(self, what: str, line: int | None = None) -> Unreadable:
        """An error at a line, by default the last one read."""
        return Unreadable(f"{self.path}, line {self.number if line is None else line}: {what}")

    def skip(self, count: int) -> None:
        """Pass over lines."""
        self.number += sum(1 for _ in islice(self._file, count))

    def table(self, count: int, names: Sequence[str], words: Sequence[str] = (), spare: int = 0) -> Table:
        """The next `count` lines as a table.

        Args:
            names: its columns, in the order of the file.
            words: those of them that are words; numbers have to be numbers.
            spare: how many of the last columns the file may lack.

        Raises:
            Unreadable: the file ends before, or a row is not so; says in which line.
        """
        first, lines = self.number + 1, list(islice(self._file, count))
        self.number += len(lines)
        if len(lines) < count:
            raise self.refuse(f"ends after {len(lines)} of {count} particles")
        if spare and len(lines[0].partition("#")[0].split()) == len(names) - spare:
            names = names[:-spare]
        kinds = [(str(k), WORD if name in words else "f8") for k, name in enumerate(names)]
        try:
            found = np.loadtxt(lines, dtype=kinds, comments="#", ndmin=1)
            if len(found) == count:
                return {name: found[str(k)] for k, name in enumerate(names)}
        except ValueError:
            pass
        for k, line in enumerate(lines):
            values = line.partition("#")[0].split()
            numbers = [value for name, value in zip(names, values, strict=False) if name not in words]
            if len(values) != len(names) or not all(map(_is_number, numbers)):
                raise self.refuse(f"{line.strip()!r}; allowed: {' '.join(names)}", first + k)
        raise self.refuse(f"allowed: rows of {' '.join(names)}", first)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def vectors(table: Table, names: Sequence[str]) -> np.ndarray:
    """Columns of a table as an array (N, len(names))."""
    return np.stack([table[name] for name in names], axis=1)


def ordered(table: Table, by: str) -> Table:
    """The rows in the order of a column, where there is one; else as they are."""
    order = np.argsort(table[by], kind="stable") if by in table else slice(None)
    return {name: column[order] for name, column in table.items()}
