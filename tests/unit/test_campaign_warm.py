"""A job tells from its first moment what it does: that it compiles, for what, how long that takes; why it failed."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest
from toy import write_toy

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import warm
from glassworks.campaign.jobs.main import run
from glassworks.campaign.jobs.progress import FOLDER, heartbeat, read_heartbeats
from glassworks.campaign.planned.costs import read_costs
from glassworks.models import load_model


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    write_toy(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def notes(folder, monkeypatch) -> list[str]:
    """What the heartbeat says whenever a tiny system is worked on."""
    found = []

    def tiny(*_) -> None:
        [[state], _, _] = read_heartbeats(folder)
        found.append(state["note"])

    monkeypatch.setattr(warm, "_tiny", tiny)
    return found


def test_compiling_says_for_what_and_how_long(folder, notes):
    """Where nothing is known of this machine, as long as the cost model says; else as before."""
    model = load_model("ipl-3d")
    with heartbeat("equilibrate l 0", 0):
        warm.ensure(model, "equilibrate", "swap")
        [[state], _, _] = read_heartbeats(folder)
        assert state["note"] == ""
        warm.mark(model, "equilibrate", "swap").write_text('{"secon')  # half of one is one
        warm.ensure(model, "equilibrate", "swap")
        for seconds, digits in ((7.0, "00000000"), (50.0, "11111111"), (40.0, "22222222")):
            (warm.FOLDER / f"3d-quench-cg-{digits}.json").write_text(json.dumps({"seconds": seconds}))
        (warm.FOLDER / "3d-quench-cg-33333333.json").write_text("{}")
        (warm.FOLDER / "2d-quench-cg-00000000.json").write_text('{"seconds": 1000}')
        warm.ensure(model, "quench", "cg")
    usually = read_costs(folder).file.compile
    assert notes == [
        f"compiling kernels of swap in 3D (usually {usually:.0f} s)",
        "compiling kernels of quenching by cg in 3D (usually 40 s)",
    ]


def test_a_job_that_fails_before_its_work_says_why(folder):
    def work() -> None:
        raise ConfigurationError("planned 1, found 2")

    with pytest.raises(SystemExit, match="planned 1, found 2"):
        run(work, "quench e 0")
    [failed] = read_heartbeats(folder)[2]
    assert (failed["job"], failed["message"]) == ("quench e 0", "ConfigurationError: planned 1, found 2")
    run(lambda: None, "quench e 0")
    assert not list(FOLDER.iterdir())


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
def test_a_job_that_was_told_to_stop_has_not_failed(folder, end):
    with pytest.raises(end), heartbeat("quench e 0", 0), heartbeat("quench e 0", 2):
        raise end
    assert not list(FOLDER.iterdir())


def test_a_heartbeat_that_cannot_be_written_ends_no_job(folder, monkeypatch):
    """On a full disk the job's own products say so."""

    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with heartbeat("quench e 0", 2) as beat:
        beat.write()
    with pytest.raises(ValueError, match="the reason"), heartbeat("quench e 0", 2):
        raise ValueError("the reason")


def test_a_failure_is_told_by_the_heartbeat_that_saw_most(folder):
    with pytest.raises(ValueError), heartbeat("quench e 0", 0), heartbeat("quench e 0", 2) as beat:
        beat.advance()
        raise ValueError("the reason")
    [failed] = read_heartbeats(folder)[2]
    assert (failed["done"], failed["total"], failed["message"]) == (1, 2, "ValueError: the reason")


def test_jobs_draw_with_nobodys_settings(monkeypatch, tmp_path):
    """matplotlib cannot even be imported where the settings ask for a locale that a node has not, or cannot be read."""
    (tmp_path / "rc").write_bytes(b"font.family: Caf\xe9\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "rc"))
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    draw = [sys.executable, "-c", "import matplotlib.pyplot"]
    assert subprocess.run(draw, capture_output=True, check=False).returncode != 0
    run(lambda: subprocess.run(draw, check=True), "results desk pinching")
