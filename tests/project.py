"""A copy of the campaign's declarations and workflow, to plan, run and break in."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Snakefile", "config", "envs", "profiles", "scripts", "workflow")


class Project:
    """A project folder of its own, without results."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in PARTS:
            source = ROOT / part
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / part)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replaces the first `old` in a file; it must be there."""
        path = self.folder / file
        text = path.read_text()
        assert old in text, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1))

    def snakemake(self, *arguments: str, seconds: float = 240) -> subprocess.CompletedProcess:
        """Runs Snakemake here, and returns what it said."""
        environment = {**os.environ, "NO_COLOR": "1"}
        return subprocess.run(
            ["snakemake", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=seconds, env=environment
        )
