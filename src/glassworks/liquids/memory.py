"""What a long run may be given to keep its state in, so that it can go on where it was cut off."""

from __future__ import annotations

from collections.abc import Callable


class Memory:
    """Keeps nothing: the run starts from its beginning. :mod:`glassworks.campaign.jobs.checkpoints` has one that keeps.

    A run recalls once, before its first step, and offers at moments from which it can go on with the same bits.
    """

    def recall(self) -> object | None:
        """The state that was kept last, or None."""
        return None

    def offer(self, state: Callable[[], object]) -> None:
        """Say that the state can be had now; it is only made when it is wanted."""


NOTHING = Memory()
