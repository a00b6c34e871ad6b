"""Whether a paper's room is furnished: its analysis, its figures and its captions."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from glassworks import studies
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.declared.papers import Paper
from glassworks.campaign.declared.sections import TABLE
from glassworks.campaign.planned.stages import kinds


def check_room(root: Path, paper: Paper, drawn: Collection[str] | None = None) -> None:
    """Raises ConfigurationError where a part of a paper's room is missing; a sentence each says where it belongs.

    Args:
        drawn: the figures and tables that its study draws, where that is known.
    """
    name, captions = paper.room, paper.captions(root)
    if drawn is None:
        drawn = [key.partition(" ")[2] for key in kinds("draw") if key.startswith(f"{name} ")]
    room = f"src/glassworks/studies/{name}"
    missing = []
    if name not in studies.names():
        missing.append(f"its analysis; allowed: a folder {room} with STUDY and what it names")
    if not drawn:
        missing.append(f"its figures; allowed: FIGURES in {room}/figures.py (or a folder)")
    if not (root / captions).exists():
        missing.append(f"its captions; allowed: a file {captions}, with a title and a caption for each figure")
    key = "study" if paper.content.study else "paper"
    problems = [f"{paper.file}: {key}: {name}: lacks {part}" for part in missing]
    for number in paper.content.drawn if drawn else ():
        if number not in drawn:
            key = f"tables.{number.removeprefix(TABLE)}" if number.startswith(TABLE) else f"figures.{number}"
            problems.append(f"{paper.file}: {key}: is drawn by nothing in {room}; allowed: {', '.join(drawn)}")
    if problems:
        raise ConfigurationError(problems)
