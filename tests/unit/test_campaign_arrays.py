"""Arrays of SLURM jobs: each job is in one, with jobs that ask for the same, and runs its own command."""

import subprocess

import pytest

from glassworks.campaign.arrays import arrays, script


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
