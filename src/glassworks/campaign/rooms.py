"""Whether a paper's room is furnished: its analysis, its figures and its captions."""

from __future__ import annotations

from pathlib import Path

from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.papers import Paper
from glassworks.campaign.stages import kinds
from glassworks.derived import DERIVED


def check_room(root: Path, paper: Paper) -> None:
    """Raises ConfigurationError where a part of a paper's room is missing; a sentence each says where it belongs."""
    name, captions = paper.name, f"workflow/report/{paper.name}.yaml"
    drawn = [key.partition(" ")[2] for key in kinds("draw") if key.startswith(f"{name} ")]
    missing = []
    if name not in DERIVED:
        missing.append(
            f"its analysis; allowed: a module src/glassworks/statistics/{name}.py (or a folder), which derives tables, "
            "and the names of these in src/glassworks/derived.py"
        )
    if not drawn:
        missing.append(f"its figures; allowed: a module src/glassworks/figures/{name}.py (or a folder) with FIGURES")
    if not (root / captions).exists():
        missing.append(f"its captions; allowed: a file {captions}, with a title and a caption for each figure")
    problems = [f"{paper.file}: paper: {name}: lacks {part}" for part in missing]
    problems += [
        f"{paper.file}: figures.{number}: is drawn by nothing in src/glassworks/figures/{name}; "
        f"allowed: {', '.join(drawn)}"
        for number in paper.content.figures
        if drawn and str(number) not in drawn
    ]
    if problems:
        raise ConfigurationError(problems)
