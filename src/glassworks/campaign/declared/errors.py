"""The one kind of error that a person meets before anything runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import NoReturn

from glassworks.models.sentences import suggestion


class ConfigurationError(Exception):
    """Something declared under `config/` (or on the command line) cannot be used.

    Carries one or more complete sentences of the form
    `<file>: <dotted key>: <value>: <what is wrong>; allowed: <what would be right>`.
    """

    def __init__(self, problems: str | Iterable[str]):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))

    def leave(self) -> NoReturn:
        """Ends the process with the message alone: what a person mistyped needs no traceback.

        Snakemake reports any exception of a Snakefile with the line that raised it, and even `sys.exit` with a
        traceback; the line is of no use here, so the process ends at once. Nothing has been started or locked at this
        point.
        """
        print(self, file=sys.stderr, flush=True)
        os._exit(2)


def stop(said: str) -> NoReturn:
    """Ends the process at once because a person has told it to (Ctrl-C, SIGINT), with a line and no traceback.

    Snakemake stops by itself where it runs jobs and is told once; elsewhere, or told again while it waits for them, it
    would report the place that it was in.
    """
    print(f"{said}; type the same command again to go on", file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGINT)


def stop_in_a_line() -> None:
    """From now on Ctrl-C in this process ends it with a line, wherever nobody else hears of it."""
    plain = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            stop("stopped")
        plain(kind, error, trace)

    sys.excepthook = hook


def short(word: object) -> str:
    """What a person wrote, in one line."""
    text = " ".join(str(word).split())
    return text if len(text) <= 60 else text[:57] + "..."


def unknown(file: str, key: str, word: object, kind: str, allowed: Iterable[object]) -> str:
    """The sentence that refuses a name that nobody declared."""
    names = [str(name) for name in allowed]
    where = f"{key}: " if key else ""
    return f"{file}: {where}{word}: unknown {kind}{suggestion(word, names)}; allowed: {', '.join(names) or 'none'}"
