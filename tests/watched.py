"""A copy of the campaign in which liquids of molecular dynamics are watched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from project import Project, add_scale

from glassworks.compiled import PACKAGE

GROUP = """\
  watched:
    role: liquids that are looked at while they are made
    model: ipl-3d
    protocol: {kind: molecular_dynamics, temperature: 2.0, time: 4.0}
    minimizer: null
    block_samples: {400: 2}
    watch: {trajectory: {every: 0.5, window: 2.0}}
"""
SCALE = """\
scale: toy
purpose: two liquids that are watched
papers:
  pinching:
    watched:
      - {n: 400, samples: 2}
"""
TRAJECTORY = "results/toy/tables/pinching/trajectory.parquet"


class Watched(Project):
    """The copy, with a library of its own where a test adds to it."""

    def __init__(self, folder: Path, group: str = GROUP, scale: str = SCALE):
        super().__init__(folder)
        add_scale(folder, scale)
        self.edit("config/papers/pinching.yaml", "groups:\n", f"groups:\n{group}")

    def own_library(self, patch) -> Path:
        """A copy of the library with its kernels, which the commands of this project use from now on."""
        library = shutil.copytree(PACKAGE, self.folder / "src/glassworks")
        patch.setenv("PYTHONPATH", str(self.folder / "src"))
        return library

    def make(self, *paths: str, fails: bool = False) -> str:
        """Runs the workflow up to some files, and returns what it said."""
        answer = self.snakemake("--cores", "1", "--config", "scale=toy", "--", *paths, seconds=1200)
        said = answer.stdout + answer.stderr
        assert (answer.returncode != 0) == fails, said[-5000:]
        return said

    def ask(self, *verb: str) -> str:
        """What a command of the campaign says, which ends well."""
        command = [sys.executable, "-m", "glassworks.campaign.cli", *verb]
        said = subprocess.run(command, cwd=self.folder, env=os.environ, capture_output=True, text=True)
        assert said.returncode == 0, said.stdout + said.stderr
        return said.stdout

    def products(self, pattern: str) -> list[Path]:
        """What lies beside the liquids under some name."""
        return sorted((self.folder / "results/liquids").glob(f"*/*/{pattern}"))

    def log(self) -> str:
        """What the jobs that watch said."""
        return "".join(path.read_text() for path in (self.folder / "results/.logs/watch").rglob("*.log"))
