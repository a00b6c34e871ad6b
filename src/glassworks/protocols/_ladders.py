"""Ladders: rungs that chains walk down, and times that belong to each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TypeVar

from glassworks.protocols._protocol import Blocks, Here, Point, Protocol

MOST_RUNGS = 300
"""Rungs of a ladder: a liquid holds those above it."""

Rungs = TypeVar("Rungs", list[float], dict[float, float])


def descending(rungs: Rungs) -> Rungs:
    """The temperatures of a ladder, or a number for each; raises ValueError unless they descend and are above zero."""
    for above, below in pairwise(rungs):
        if not 0 < below < above:
            raise ValueError(f"{below:g} after {above:g}: temperatures must descend")
    return rungs


def each_rung(key: str, times: Mapping[float, float], rungs: list[float]) -> None:
    """Raises ValueError unless there is a time for each rung, and no other."""
    missing = [f"{t:g}" for t in rungs if t not in times]
    extra = [f"{t:g}" for t in times if t not in rungs]
    if missing:
        raise ValueError(f"{key} lacks the ladder's temperature {', '.join(missing)}")
    if extra:
        allowed = ", ".join(f"{t:g}" for t in rungs)
        raise ValueError(f"{key}: {', '.join(extra)}: not on the ladder; allowed: {allowed}")


def ladder(first: float, last: float, step: float, more: int = 0) -> list[float]:
    """From first towards last in equal steps, as they are written in decimals, and a few more.

    Raises:
        ValueError: more rungs than a ladder may have.
    """
    sign = 1 if last > first else -1
    count = round(abs(last - first) / step) + 1
    if count > MOST_RUNGS:
        raise ValueError(f"step: {step:g}: makes {count} rungs; allowed: up to {MOST_RUNGS}")
    return [round(first + sign * k * step, 12) for k in range(count + more)]


def multiple(long: float, short: float) -> bool:
    """Whether one time is a whole multiple of another."""
    return round(long / short) >= 1 and abs(long / short - round(long / short)) < 1e-9


class Descending(Protocol):
    """What walks down a ladder of temperatures, `ladder`, and has a block from a temperature downward."""

    choices = ("temperatures",)

    def rungs(self, temperature: float) -> list[float]:
        """The ladder from its top down to a temperature, that one included."""
        return self.ladder[: self.ladder.index(temperature) + 1]

    def offers(self, option: str) -> tuple[str, list[float]] | None:
        return ("on the ladder", self.ladder) if option == "temperatures" else None

    def block(self, blocks: Blocks, point: Point) -> int | None:
        if not isinstance(blocks, dict):
            return blocks
        above = [step for step in blocks if step >= point]
        return blocks[min(above)] if above else None

    def lacking(self, blocks: dict[float, int], point: Point) -> str:
        return ""  # hotter than the ladder's top

    def check_blocks(self, n: int, blocks: Blocks) -> None:
        top = max(blocks, default=None) if isinstance(blocks, dict) else self.ladder[0]
        if top != self.ladder[0]:
            raise ValueError(f"block_samples.{n}: must begin at the ladder's top, {self.ladder[0]:g}")


def whole_chains(protocol: Descending, n: int, blocks: Blocks) -> None:
    """Raises ValueError unless blocks of a ladder hold whole chains, and a colder one's are of one warmer block."""
    by_rung = isinstance(protocol.samples_per_chain, dict)
    warm, above = 0, 0
    for temperature in protocol.ladder:
        block, chain = protocol.block(blocks, temperature), protocol.left_by_chain(temperature)
        if block % chain:
            where = f"block_samples.{n}: {block}: must be a multiple of samples_per_chain"
            raise ValueError(f"{where}, {chain}" + (f", at {temperature:g}" if by_rung else ""))
        if warm % (block // chain):
            chains = f"{block // chain} chains" if by_rung else f"{block}"
            raise ValueError(
                f"block_samples.{n}.{temperature:g}: {chains}: must divide the warmer block, "
                f"{f'{warm} chains' if by_rung else above}"
            )
        warm, above = block // chain, block


def spacing_in_steps(here: Here) -> tuple[int, int]:
    """Steps of molecular dynamics before the first sample of a chain and between samples, by `before` and `between` of
    its `relaxation_time`: whole multiples of those between two stresses, one at least."""
    told, every = here.told, here.told["stresses"]["every"]
    unit = told["relaxation_time"] / here.model.step(here.temperature) / every
    return tuple(every * max(1, round(told[name] * unit)) for name in ("before", "between"))
