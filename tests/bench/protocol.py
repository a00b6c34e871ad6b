"""What a row of the table is, and how it is measured: ours and a peer in turn, in one process on one core."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

Peers = dict[str, Callable[[], float]]


class Absent(Exception):
    """A peer that is not installed; says which and how to get it."""


@dataclass(frozen=True)
class Goals:
    """What a line has to reach and what it should: of its ratio, or of `ours` where it has no peer."""

    at_least: float | None = None
    goal: float | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes:
        ours, peer: medians over the rounds, in `unit`; peer is None where there is nothing to compare with.
        ratio_min, ratio_median, ratio_max: over the rounds, of how much better ours is (of growth, where the row says).
        at_least, goal: see :class:`Goals`.
    """

    row: str
    size: int
    ours: float
    peer: float | None
    peer_name: str
    unit: str
    ratio_min: float | None = None
    ratio_median: float | None = None
    ratio_max: float | None = None
    at_least: float | None = None
    goal: float | None = None


class Row(ABC):
    """A comparison at one size: `setup`, then `ours` and one of `peers` by turns.

    A row makes sure in `setup` that ours and every peer do the same work (same energy, same modes, same responses),
    and gives peers the settings that suit them best.

    Attributes:
        name: what the command line calls it.
        sizes: sizes that the table has, with their goals.
        long: sizes that run only when they are named, or all are asked for.
        tiny: a size at which the row takes about a second.
        unit: of what `ours` and the peers return.
        rate: whether more is better; then the ratio is ours/peer, else peer/ours.
        rounds: how often both are measured.
    """

    name: ClassVar[str]
    sizes: ClassVar[dict[int, Goals]]
    long: ClassVar[frozenset[int]] = frozenset()
    tiny: ClassVar[int]
    unit: ClassVar[str] = "s"
    rate: ClassVar[bool] = False
    rounds: ClassVar[int] = 5

    def __init__(self, size: int, brief: bool = False):
        self.size, self.brief = size, brief

    @property
    def goals(self) -> Goals:
        return self.sizes.get(self.size, Goals())

    @abstractmethod
    def setup(self) -> None:
        """Make what both start from; compile."""

    @abstractmethod
    def ours(self) -> float:
        """Do the work once; what it cost or reached, in `unit`."""

    def peers(self) -> Peers:
        """What ours is compared with, by name, each to be called like `ours`; raises Absent when none is installed."""
        return {}

    def also(self) -> list[Line]:
        """Lines beside the main one, after the last round."""
        return []

    def line(self, ours: float, unit: str, goals: Goals, name: str | None = None) -> Line:
        """A line without a peer."""
        return Line(name or self.name, self.size, ours, None, "", unit, at_least=goals.at_least, goal=goals.goal)

    @classmethod
    def summary(cls, lines: list[Line]) -> list[Line]:
        """Lines that follow from those of several sizes."""
        return []


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(row: Row, rounds: int | None = None) -> list[Line]:
    """Run a row: ours and all peers in the first round, then ours and the best peer by turns.

    Raises:
        Absent: no peer of the row is installed.
        AssertionError: ours and a peer did not do the same work.
    """
    rounds = rounds or row.rounds
    row.setup()
    peers = row.peers()
    if not peers:
        return [row.line(median(row.ours() for _ in range(rounds)), row.unit, row.goals), *row.also()]
    ours = [row.ours()]
    first = {name: run() for name, run in peers.items()}
    best = (max if row.rate else min)(first, key=first.get)
    theirs = [first[best]]
    for _ in range(rounds - 1):
        ours.append(row.ours())
        theirs.append(peers[best]())
    ratios = [a / b if row.rate else b / a for a, b in zip(ours, theirs, strict=True)]
    main = Line(
        row.name,
        row.size,
        median(ours),
        median(theirs),
        best,
        row.unit,
        min(ratios),
        median(ratios),
        max(ratios),
        row.goals.at_least,
        row.goals.goal,
    )
    return [main, *row.also()]
