"""Arrays of SLURM jobs: each job is in one, with jobs that ask for the same, and runs its own command."""

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from glassworks.campaign.running import arrays as module
from glassworks.campaign.running.arrays import arrays, script, submit


def test_jobs_that_ask_for_the_same_are_put_together_in_order():
    jobs = [(minutes, number) for number in range(7) for minutes in (10, 20)]
    found = list(arrays(jobs, 3, lambda job: job[0]))
    assert [len(tasks) for tasks in found] == [3, 3, 1, 3, 3, 1]
    assert [job for tasks in found for job in tasks] == sorted(jobs)
    assert all(len({minutes for minutes, _ in tasks}) == 1 for tasks in found)


def test_nothing_gives_no_array():
    assert list(arrays([], 3, str)) == []


@pytest.mark.parametrize("task", [1, 2, 3])
def test_a_task_runs_its_own_command(task, tmp_path):
    """With quotes and what a shell would expand, as it stands; the script ends as the command does."""
    commands = [f"echo 'number {number}' \"$SLURM_ARRAY_TASK_ID\"; exit {number - 1}" for number in (1, 2, 3)]
    answer = subprocess.run(
        ["sh"],
        input=script(commands),
        env={"SLURM_ARRAY_TASK_ID": str(task)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout, answer.returncode) == (f"number {task} {task}\n", task - 1)


@pytest.mark.parametrize(("asked", "waited"), [(10, 10), (40, 40), (50, 40), (180, 40)])
def test_the_queue_is_asked_after_four_first_waits_at_the_latest(monkeypatch, asked, waited):
    inherited = module.Executor.next_seconds_between_status_checks
    monkeypatch.setattr(module.Executor, "next_seconds_between_status_checks", inherited)
    module.ask_often()
    executor = module.Executor.__new__(module.Executor)
    executor.workflow = SimpleNamespace(executor_settings=SimpleNamespace(init_seconds_before_status_checks=10))
    executor.next_seconds_between_status_checks = asked
    assert executor.next_seconds_between_status_checks == waited


def submitted(folder: Path, jobs: int, answer: bytes, code: int = 0) -> dict[int, str | None]:
    """The number that SLURM is understood to have given to each of some jobs, None where it counts as failed, when
    `sbatch` answers so."""
    told = {}

    def tell(info) -> None:
        assert info.job.jobid not in told
        told[info.job.jobid] = info.external_jobid

    executor = SimpleNamespace(
        slurm_logdir=folder, logger=SimpleNamespace(info=str), get_account_arg=lambda job: iter([""]),
        get_partition_arg=lambda job: "", format_job_exec=lambda job: "true", _report_job_submission_threadsafe=tell,
        _report_job_error_threadsafe=lambda info, said: tell(info),
    )  # fmt: skip
    (folder / "answer").write_bytes(answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_call", lambda *_: f"sh -c 'cat {folder}/answer; cat > {folder}/taken; exit {code}'")
        rule = SimpleNamespace(name="quench")
        submit(executor, [SimpleNamespace(jobid=number, rule=rule) for number in range(1, jobs + 1)])
    return told


@pytest.mark.parametrize("answer", [b"12;north\n", b"12;north2\n", b"12\n", b"sbatch: \xe9t\xe9: all is well\n12\n"])
def test_the_number_of_an_array_is_read(tmp_path, answer):
    """With the cluster's name where there are several, and after a word that a site's own wrapper says."""
    assert submitted(tmp_path, 2, answer) == {1: "12_1", 2: "12_2"}
    assert "case" in (tmp_path / "taken").read_text()


def test_an_array_that_is_refused_fails_whole(tmp_path):
    assert submitted(tmp_path, 2, b"12\n", code=1) == {1: None, 2: None}


@settings(deadline=None, derandomize=True)
@given(
    st.binary()
    | st.lists(st.sampled_from(["12", ";", "north", "\n", " ", "sbatch: ", "4 cores", "é"]))
    .map("".join)
    .map(str.encode)
)
@example("12;nörd".encode("latin-1"))
def test_any_answer_of_sbatch_is_a_number_or_a_failure(tmp_path_factory, answer):
    first, second = submitted(tmp_path_factory.mktemp("logs"), 2, answer).values()
    assert (first is None) == (second is None)
    assert first is None or (first.removesuffix("_1").isdecimal() and second == f"{first.removesuffix('_1')}_2")
