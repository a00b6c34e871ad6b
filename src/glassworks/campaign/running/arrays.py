"""Arrays of SLURM jobs, submitted by ourselves, because those of the executor plugin lose work.

In version 2.8 of `snakemake-executor-plugin-slurm`, every task of an array also waits for the first task's product, and
its own is thrown away where that is late (issue 447 there); jobs that `--jobs` does not admit all at once are taken out
of the queue and never submitted (issue 473); and all tasks get the first one's time and memory. Here an array holds
jobs of one rule that ask SLURM for the same, its script gives each task the command that the job would have alone, and
what Snakemake hands over is submitted at once. All else, and every job that is not chosen for arrays, is the plugin's,
but that it asks for its jobs more often (:func:`ask_often`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from snakemake_executor_plugin_slurm import Executor, SubmittedJobInfo, get_submit_command, set_gres_string
from snakemake_executor_plugin_slurm import validate_or_get_slurm_job_id as job_number

LARGEST = 500
"""Tasks of an array at most: their commands, about 2 kB each, must fit into a script, for which SLURM takes 4 MB."""


WAITS = 4
"""Of the profile's `slurm-init-seconds-before-status-checks`: the longest time between two questions to the queue."""


def mend() -> None:
    """Puts our arrays in the place of the plugin's own, and lets it ask for jobs often; to be called before the
    workflow runs."""
    ask_often()
    plugins_own = Executor.run_jobs

    def run_jobs(self: Executor, jobs: list) -> None:
        chosen, others = [], []
        for job in jobs:
            in_array = not job.is_group() and {job.rule.name, "all"} & self.array_jobs
            (chosen if in_array else others).append(job)
        plugins_own(self, others)
        for tasks in arrays(chosen, min(self.max_array_size, LARGEST), lambda job: _asked(self, job)):
            if len(tasks) == 1:
                self._submit_job(tasks[0])
            else:
                self._submit_array_jobs(tasks)

    Executor.run_jobs, Executor.run_array_jobs = run_jobs, submit


def ask_often() -> None:
    """Lets the plugin ask for its jobs after `WAITS` first waits at the latest.

    After each question to which no job has ended it waits ten seconds more, up to three minutes, so that on a ladder of
    rungs that take a minute or two, each of which waits for the one above, the cluster would wait for Snakemake.
    """
    waiting = Executor.next_seconds_between_status_checks

    def wait(self: Executor, seconds: float) -> None:
        first = self.workflow.executor_settings.init_seconds_before_status_checks
        waiting.fset(self, min(seconds, WAITS * first))

    Executor.next_seconds_between_status_checks = waiting.setter(wait)


def arrays(jobs: Iterable, largest: int, asked: Callable[[Any], object]) -> Iterator[list]:
    """Jobs in groups that ask for the same, each no larger than `largest`."""
    alike: dict[object, list] = {}
    for job in jobs:
        alike.setdefault(asked(job), []).append(job)
    for group in alike.values():
        for start in range(0, len(group), largest):
            yield group[start : start + largest]


def script(commands: Iterable[str]) -> str:
    """A shell script that runs the command of the array task that it is."""
    cases = "".join(f"{task})\n{command}\n;;\n" for task, command in enumerate(commands, start=1))
    return f'#!/bin/sh\ncase "$SLURM_ARRAY_TASK_ID" in\n{cases}esac\n'


def submit(self: Executor, jobs: list) -> None:
    """Submits jobs as one array, and tells Snakemake the number of each, or that it failed."""
    try:
        number = _sbatch(self, jobs)
    except Exception as error:  # this runs in a thread of its own, where nobody else would hear of it
        for job in jobs:
            self._report_job_error_threadsafe(SubmittedJobInfo(job), f"SLURM took no array: {error}. ")
        return
    self.logger.info(f"Jobs {', '.join(str(job.jobid) for job in jobs)} are SLURM array {number}_[1-{len(jobs)}].")
    for task, job in enumerate(jobs, start=1):
        log = _logs(self, job) / f"{number}_{task}.log"
        told = SubmittedJobInfo(job, external_jobid=f"{number}_{task}", aux={"slurm_logfile": log})
        self._report_job_submission_threadsafe(told)


def _sbatch(self: Executor, jobs: list) -> str:
    """Submits an array and returns its number; raises RuntimeError where SLURM refuses it."""
    first = jobs[0]
    _logs(self, first).mkdir(parents=True, exist_ok=True)
    call = _call(self, first, next(self.get_account_arg(first)), self.get_partition_arg(first))
    call += f" --array=1-{len(jobs)} /dev/stdin"
    lines = script(self.format_job_exec(job) for job in jobs)
    answer = subprocess.run(call, shell=True, input=lines.encode(), capture_output=True, check=False)
    if answer.returncode:
        raise RuntimeError(f"{answer.stderr.decode(errors='replace').strip()} ({call})")
    said = answer.stdout.decode(errors="replace")
    return job_number(said.strip().split(";")[0], said)  # of several clusters the name follows, `12;north2`


def _asked(self: Executor, job: Any) -> str:
    """What a job asks SLURM for, before anybody has looked whether account and partition exist."""
    return _call(self, job, *(f"{job.resources.get(key)}" for key in ("slurm_account", "slurm_partition")))


def _call(self: Executor, job: Any, account: str, partition: str) -> str:
    """The command that submits a job, or an array of such jobs, but for what it runs."""
    rule = f"rule_{job.rule.name}"
    parameters = {
        "run_uuid": self.run_uuid, "slurm_logfile": _logs(self, job) / "%A_%a.log", "comment_str": rule,
        "account": account, "partition": partition, "workdir": self.workflow.workdir_init,
    }  # fmt: skip
    call = get_submit_command(job, parameters, self.workflow.executor_settings, self._failed_nodes)
    return call + set_gres_string(job)


def _logs(self: Executor, job: Any) -> Path:
    return self.slurm_logdir / f"rule_{job.rule.name}"
