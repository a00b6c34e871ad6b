"""Checkpoints: kept in time and on request, recalled only by the job that they belong to, never when damaged or when a
stranger's."""

import hashlib
import io
import os
import pickle
import signal

import numpy as np
import pytest

from glassworks.campaign.jobs.checkpoints import Checkpoint, States, Stopped, Within, checkpoint
from glassworks.configurations import write_frames
from glassworks.configurations.box import Box
from glassworks.liquids.memory import Memory


@pytest.fixture(autouse=True)
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "1e9")


def count(kept, goal: int, ask_at: int | None = None, ask: int = signal.SIGTERM) -> list[float]:
    """A run of random numbers that may be asked to stop on its way."""
    rng, made = kept.recall() or (np.random.default_rng(1), [])
    while len(made) < goal:
        made.append(float(rng.random()))
        if len(made) == ask_at:
            os.kill(os.getpid(), ask)
        kept.offer(lambda: (rng, made))
    return made


def test_a_stopped_run_goes_on_with_the_same_numbers():
    with checkpoint("a/1", "key") as kept:
        whole = count(kept, 10)
    with pytest.raises(Stopped, match="next attempt"), checkpoint("a/1", "key") as kept:
        count(kept, 10, ask_at=4)
    with checkpoint("a/1", "key") as kept:
        assert len(kept.recall()[1]) == 4
        assert count(kept, 10) == whole
    assert not kept.path.exists()


@pytest.mark.parametrize("agrees", [True, False])
def test_a_job_whose_time_is_nearly_up_queues_itself_again(tmp_path, monkeypatch, agrees):
    """Where SLURM refuses, the state is kept all the same."""
    told = scontrol(tmp_path, monkeypatch, agrees)
    with pytest.raises(Stopped) as stopped, checkpoint("a", "key") as kept:
        count(kept, 10, ask_at=4, ask=signal.SIGUSR1)
    assert told.read_text() == "requeue 7\n"
    assert ("SLURM starts it again" in str(stopped.value)) == agrees
    assert len(kept.recall()[1]) == 4


def scontrol(tmp_path, monkeypatch, agrees: bool = True):
    """Puts this process into SLURM job 7, with a `scontrol` that writes down what it is told; returns that file."""
    program = tmp_path / "bin/scontrol"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/told"\nexit {int(not agrees)}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.delenv("SLURM_ARRAY_JOB_ID", raising=False)
    return tmp_path / "told"


def test_a_task_queues_itself_again_and_not_its_whole_array(tmp_path, monkeypatch):
    """SLURM gives one task of an array the array's own number."""
    told = scontrol(tmp_path, monkeypatch)
    monkeypatch.setenv("SLURM_ARRAY_JOB_ID", "7")
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "3")
    with pytest.raises(Stopped, match="SLURM starts it again"), checkpoint("a", "key") as kept:
        count(kept, 10, ask_at=4, ask=signal.SIGUSR1)
    assert told.read_text() == "requeue 7_3\n"


def test_without_slurm_nothing_is_queued(monkeypatch):
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    with pytest.raises(Stopped, match=r"goes on from there$"), checkpoint("a", "key") as kept:
        count(kept, 10, ask_at=4, ask=signal.SIGUSR1)


def test_another_key_or_a_damaged_file_is_passed_over():
    with pytest.raises(Stopped), checkpoint("a", "key") as kept:
        count(kept, 10, ask_at=4)
    content = kept.path.read_bytes()
    with pytest.raises(RuntimeError), checkpoint("a", "other key") as other:
        assert other.recall() is None
        raise RuntimeError
    assert kept.recall() is not None
    for damaged in (b"", content[:-1], content[:-9] + bytes([content[-9] ^ 1]) + content[-8:], b"\xff\n" * 3):
        kept.path.write_bytes(damaged)
        assert kept.recall() is None


def test_states_are_kept_when_a_while_has_passed(monkeypatch):
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
    with pytest.raises(KeyboardInterrupt), checkpoint("a", "key") as kept:
        kept.offer(lambda: 7)
        raise KeyboardInterrupt
    assert kept.recall() == 7


def test_parts_are_kept_with_what_came_before_them():
    with pytest.raises(Stopped), checkpoint("a", "key") as kept:
        kept.stop()
        Within(kept, lambda part: ("before", part), None).offer(lambda: "part")
    assert kept.recall() == ("before", "part")
    assert Within(kept, lambda part: part, "part").recall() == "part"


def test_signals_mean_again_what_they_meant_before():
    before = signal.getsignal(signal.SIGTERM)
    with checkpoint("a", "key"):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


# ---- checkpoints from strangers


class Calls:
    """Unpickled without care, it calls a function."""

    def __init__(self, function, *given):
        self.call = function, given

    def __reduce__(self):
        return self.call


HOSTILE = {
    "a command": Calls(os.system, "touch called"),
    "a builtin": Calls(eval, "open('called', 'w')"),
    "a class of the library that writes": Calls(Checkpoint, "called", "key"),
    "a function of the library": Calls(write_frames, "called", [], []),
    "a file of numpy": Calls(np.save, "called", 1.0),
    "hidden in a state": (np.arange(3.0), {"rows": [Calls(os.mkdir, "called")]}),
    "an array of objects": np.array([Calls(os.mkdir, "called")], dtype=object),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_checkpoint_from_a_stranger_calls_nothing(name, capsys):
    """Its head is right: who can write a file can write that too. It counts as absent, and the job begins anew."""
    body = pickle.dumps(HOSTILE[name])
    with checkpoint("a", "key") as kept:
        put(kept, body)
        assert kept.recall() is None
        assert "a.pickle: is no checkpoint of ours and counts as absent: it names " in capsys.readouterr().err
        assert count(kept, 3) == count(Memory(), 3)
    assert not os.path.exists("called")


def put(kept, body: bytes) -> None:
    """A checkpoint as it is on disk."""
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    kept.path.write_bytes(b"\n".join((hashlib.sha256(body).hexdigest().encode(), kept.key.encode(), body)))


@pytest.mark.parametrize("module, name", [
    ("glassworks.configurations", "Box"), ("glassworks.configurations.h5md", "h5py.File"),
    ("glassworks.configurations.h5md", "Path"), ("glassworks.models.library", "load_model"),
    ("glassworks.compiled.locator", "Locator"), ("glassworks.campaign.jobs.prepare", "Job"), ("os", "system"),
])  # fmt: skip
def test_what_a_room_of_the_library_hands_on_is_not_trusted(module, name):
    """A class counts only where it is defined, by its own name, and a function never."""
    with pytest.raises(pickle.UnpicklingError, match="of which no state is made"):
        States(io.BytesIO()).find_class(module, name)
    assert States(io.BytesIO()).find_class("glassworks.configurations.box", "Box") is Box


@pytest.mark.parametrize("body", [b"", b"\x80\x05", b"garbage", b"\x80\x05]" + b"(" * 9, b"\x80\x04\x8c\x01ak."])
def test_a_checkpoint_that_is_no_pickle_counts_as_absent(body):
    with checkpoint("a", "key") as kept:
        put(kept, body)
        assert kept.recall() is None
