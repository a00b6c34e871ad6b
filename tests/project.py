"""A copy of the campaign's declarations and workflow, to plan, run and break in."""

import contextlib
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Snakefile", "config", "envs", "profiles", "scripts", "workflow")


def add_scale(folder: Path, text: str) -> None:
    """A scale of one's own as one new file, and its papers as those of the campaign."""
    declared = yaml.safe_load(text)
    (folder / f"config/scales/{declared['scale']}.yaml").write_text(text)
    main = folder / "config/config.yaml"
    papers = f"papers: [{', '.join(declared['papers'])}]"
    main.write_text(re.sub(r"^papers: \[.*?\]", papers, main.read_text(), count=1, flags=re.MULTILINE))


def hear_control_c() -> None:
    """For a child process: listen to Ctrl-C even where these tests run in the background of a shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def keep_apart(patch: pytest.MonkeyPatch, disk: Path) -> None:
    """From now on no rename leads into a folder or out of it, as where that is on another disk."""
    rename = os.replace

    def replace(source, target):
        if (disk in Path(source).resolve().parents) != (disk in Path(target).resolve().parents):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, target)

    patch.setattr(os, "replace", replace)


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

    def snakemake(self, *arguments: str, seconds: float = 600) -> subprocess.CompletedProcess:
        """Runs Snakemake here, and returns what it said."""
        environment = {**os.environ, "NO_COLOR": "1"}
        return subprocess.run(
            ["snakemake", *arguments], cwd=self.folder, capture_output=True, text=True, timeout=seconds, env=environment
        )

    def python(self, *arguments: str) -> str:
        """What a Python program says that runs here."""
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def tables_of(self, scale: str) -> dict[str, pd.DataFrame]:
        """All tables of a scale, by paper and name."""
        folder = self.folder / f"results/{scale}/tables"
        return {f"{path.parent.name}/{path.stem}": pd.read_parquet(path) for path in sorted(folder.glob("*/*.parquet"))}


def assert_same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> None:
    """Whether two runs have the same tables, bit for bit."""
    assert left.keys() == right.keys() and left
    for name in left:
        pd.testing.assert_frame_equal(left[name], right[name], check_exact=True, obj=name)
        numbers = left[name].select_dtypes("number").columns
        assert all(
            left[name][column].to_numpy().tobytes() == right[name][column].to_numpy().tobytes() for column in numbers
        )


TOY = """\
scale: toy
purpose: one block of two glasses
papers:
  pinching:
    reference-3d:
      - {n: 400, samples: 2}
"""

PRELUDE = """\
import pathlib, time
with open("began", "a") as began:
    began.write("{stage}\\n")
pathlib.Path("at-{stage}").touch()
while pathlib.Path("hold-{stage}").exists():
    time.sleep(0.1)
"""


CHAIN = """\
scale: toy
purpose: one chain of six liquids
papers:
  pinching:
    parents-small:
      - {n: 400, temperatures: [1.3], samples: 6}
"""

OFFERS = """\
import os, pathlib, time
import glassworks.campaign.jobs.checkpoints
plain, offered = glassworks.campaign.jobs.checkpoints.Checkpoint.offer, []
def offer(self, state):
    offered.append(self)
    with open("offers", "a") as offers:
        offers.write(f"{os.getpid()}\\n")
    plain(self, state)
    if len(offered) == 4:
        pathlib.Path("at-chain").touch()
        while pathlib.Path("hold-chain").exists():
            time.sleep(0.1)
glassworks.campaign.jobs.checkpoints.Checkpoint.offer = offer
"""
"""A job that keeps checkpoints counts how often it could, and waits after the fourth time where a test wants it to."""


class Toy(Project):
    """A campaign of a few short jobs, which can be stopped where a test wants to break it.

    Args:
        tables: the raw tables that are asked for.
        scale: what is simulated.
    """

    def __init__(self, folder: Path, tables: tuple[str, ...] = ("glasses", "moduli"), scale: str = TOY):
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        add_scale(folder, scale)
        self.paths = self.tables_called(*tables)
        for script in (folder / "scripts").glob("*.py"):
            offers = OFFERS if script.stem == "prepare" else ""
            script.write_text(PRELUDE.format(stage=script.stem) + offers + script.read_text())

    @staticmethod
    def tables_called(*names: str) -> list[str]:
        """Where raw tables are."""
        return [f"results/toy/tables/pinching/{name}.parquet" for name in names]

    @property
    def wanted(self) -> tuple[str, ...]:
        """What Snakemake is told to make."""
        return "--config", "scale=toy", "--", *self.paths

    def copy(self, folder: Path, *without: str) -> "Toy":
        """The same campaign in another folder, without some of its files and as if none of its jobs had begun."""
        shutil.copytree(self.folder, folder)
        for path in ("began", "said", "offers", *without):
            (shutil.rmtree if (folder / path).is_dir() else lambda file: file.unlink(missing_ok=True))(folder / path)
        toy = object.__new__(Toy)
        toy.folder, toy.paths = folder, self.paths
        return toy

    def run(self, *options: str, fails: bool = False) -> str:
        """Runs the campaign to its end, and returns what it said."""
        answer = self.snakemake("--cores", "2", *options, *self.wanted, seconds=900)
        said = answer.stdout + answer.stderr
        assert (answer.returncode != 0) == fails, said[-5000:]
        return said

    def start(self, *options: str, to: str = "said", **environment: str) -> subprocess.Popen:
        """Starts the campaign in a session of its own, which hears Ctrl-C even where these tests run in the background;
        what it says goes to a file. `environment` is added to its own.
        """
        with (self.folder / to).open("w") as said:
            return subprocess.Popen(
                ["snakemake", "--cores", "2", *options, *self.wanted],
                cwd=self.folder, env={**os.environ, **environment}, stdout=said, stderr=said, start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip

    def said(self, to: str = "said") -> str:
        return (self.folder / to).read_text()

    def pause(self, stage: str) -> None:
        """From now on jobs of a stage wait where they begin, until :meth:`resume`."""
        (self.folder / f"at-{stage}").unlink(missing_ok=True)
        (self.folder / f"hold-{stage}").touch()

    def reach(self, stage: str, seconds: float = 400) -> None:
        """Waits until a job of a paused stage has begun."""
        wait_for((self.folder / f"at-{stage}").exists, seconds, f"job of {stage}", self.said)

    def resume(self, stage: str) -> None:
        (self.folder / f"hold-{stage}").unlink()

    def worker(self, stage: str) -> psutil.Process:
        """The process that runs a stage's script here."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.cmdline()[1:2] == [f"scripts/{stage}.py"] and Path(process.cwd()) == self.folder:
                    return process
        raise AssertionError(f"nobody runs scripts/{stage}.py")

    def offers(self) -> Counter:
        """How many times each process could have kept the state of its chain."""
        path = self.folder / "offers"
        return Counter(path.read_text().split() if path.is_file() else ())

    def began(self) -> Counter:
        """How many jobs of each stage began."""
        path = self.folder / "began"
        return Counter(path.read_text().split() if path.is_file() else ())

    def tables(self, paths: list[str] | None = None) -> dict[str, pa.Table]:
        """The rows of some tables, or of those that are asked for."""
        return {path: pq.read_table(self.folder / path).replace_schema_metadata() for path in paths or self.paths}


def wait_for(true, seconds: float, what: str, why=lambda: "") -> None:
    """Waits until something is true; fails where it does not become so in time."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"no {what} after {seconds} s\n{why()}"
        time.sleep(0.1)
