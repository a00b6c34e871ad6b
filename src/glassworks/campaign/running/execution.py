"""What is done before Snakemake runs jobs, and only then: a question moves nothing and is never refused.

While it reads the Snakefile, Snakemake does not know what it was asked for. So the methods by which it acts are given
what must come before them: whatever runs jobs or changes files goes through one of these, and all else (`--summary`,
`--list-rules`, `--dag`, and what will be invented) does not.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from glassworks.campaign.declared.errors import ConfigurationError, stop
from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.finding import keep
from glassworks.campaign.running.adoption import adopt, foresee, incomplete, later, settle_clock
from glassworks.campaign.running.driver import hold

CHANGES = ("unlock", "cleanup_metadata", "cleanup_shadow", "delete_output")
"""Snakemake's methods that run no jobs and yet change what a driver relies on."""
RETRIES = 1
"""How often a job that fails is tried again where no profile says so: it then asks for more memory. In
`profiles/default` this would overrule the other profiles."""


def prepare(workflow: Any, plan: Plan) -> set[str]:
    """Lets a workflow hold its folder before it runs jobs, and judge what it finds there.

    Returns:
        products that a dry run takes for absent, because a run would set them aside; empty before it starts.
    """
    missed: set[str] = set()
    execute = workflow.execute

    def run(**options: Any) -> Any:
        if options["executor_plugin"].common_settings.dryrun_exec:
            with _in_a_line():
                _pretend(workflow, plan, missed)
                return execute(**options)
        settings = workflow.execution_settings
        settings.retries = settings.retries or RETRIES
        settings.keep_incomplete = True  # a product is whole or absent; the next run judges what a failed job has left
        return _held(lambda: _drive(execute, plan, options))

    no_folder_is_a_product()
    workflow.execute = run
    for name in CHANGES:
        setattr(workflow, name, _change(getattr(workflow, name)))
    return missed


def _held(work: Callable[[], Any]) -> Any:
    """Does something while no driver works in this folder."""
    with _in_a_line(), hold():
        return work()


@contextlib.contextmanager
def _in_a_line() -> Iterator[None]:
    """What a person must be told is told in a line, and the process ends."""
    try:
        yield
    except ConfigurationError as refusal:
        refusal.leave()
    except KeyboardInterrupt:
        stop("stopped")


def _drive(execute: Callable, plan: Plan, options: dict) -> Any:
    from glassworks.campaign.running import arrays  # loads what only a driver needs

    adopt(plan)
    settle_clock(plan)
    arrays.mend()
    with contextlib.suppress(OSError):  # jobs find out without
        keep(plan.campaign.root, plan.ensembles.values())
    schedule_each_attempt()
    look_again_once()
    try:
        return execute(**options)
    except KeyboardInterrupt:  # not the first, after which Snakemake waits; the folder keeps our name for what runs
        stop("stopped at once: what still runs goes on, and the next run waits for it")


def schedule_each_attempt() -> None:
    """Lets Snakemake schedule a job that is tried again by what it asks for now.

    It evaluates the resources of each attempt, but goes on scheduling by those of the first: two jobs that were killed
    because both did not fit would run together again, each with all the memory on paper.
    """
    from snakemake.jobs import Job

    count = Job.attempt.fset
    if getattr(count, "schedules", False):
        return

    def attempt(job: Job, number: int) -> None:
        count(job, number)
        job._scheduler_resources = None

    attempt.schedules = True
    Job.attempt = Job.attempt.setter(attempt)


def look_again_once() -> None:
    """Lets Snakemake wait for one time at which more jobs may be started, and only where a core is free for one.

    After each look for jobs it looks again a second later, because more may be submitted then; and that look has
    another behind it. Each job that ends begins such a row, none ever ends: after five hundred jobs it looks hundreds
    of times a second, reads the sizes of all inputs each time, and takes a large part of a core from the jobs. A job
    that ends makes it look anyway.
    """
    from snakemake.scheduling.job_scheduler import JobScheduler

    def look_again(scheduler: Any, delay: float) -> None:
        if getattr(scheduler, "looks_again", False) or not scheduler.resources["_cores"] or not scheduler.open_jobs:
            return
        scheduler.looks_again = True

        def look() -> None:
            scheduler.looks_again = False
            scheduler._open_jobs.release()

        threading.Timer(delay, look).start()

    JobScheduler._schedule_reevalutation = look_again


def no_folder_is_a_product() -> None:
    """Lets Snakemake ask no more whether a product lies in a folder that another job makes: none makes a folder, and it
    compares all products for it, a seventh of the time that a plan of thousands of jobs takes."""
    from snakemake.dag import DAG

    DAG.check_directory_outputs = lambda dag: None


def leave_what_is_there() -> None:
    """Lets Snakemake keep no copies of what a job updates: a product is whole or absent, whether the job failed or not,
    and an old one put back over a new one would not be the one on its folder's list."""
    from snakemake.persistence import FileBackupMixin

    FileBackupMixin.backup_output = lambda persistence, path: None
    FileBackupMixin.restore_output = lambda persistence, path: False


def _change(method: Callable) -> Callable:
    def change(*given: Any, **options: Any) -> Any:
        return method(*given, **options) if options.get("dryrun") else _held(lambda: method(*given, **options))

    return change


def _pretend(workflow: Any, plan: Plan, missed: set[str]) -> None:
    """Lets a dry run answer what a run would do, which first keeps some products and sets others aside."""
    from snakemake.io import Mtime  # loads what only a driver needs

    build = workflow._build_dag
    results = [*(path for made in plan.results.values() for path in made.every_path), *plan.index]
    kept, aside = foresee(plan)
    known, dates = frozenset(kept), later(plan, kept)
    missed.update(aside)

    def build_as_a_run_does() -> None:
        for path in missed:
            workflow.iocache.exists_local[path] = False
        workflow.iocache.mtime.update({path: Mtime(local=date) for path, date in dates.items()})
        recorded = workflow.persistence.metadata
        workflow.persistence.metadata = lambda path: None if str(path) in known else recorded(path)
        workflow.dag.ignore_incomplete = True  # blocks were judged; results that were cut off are made again
        workflow.dag.forcefiles.update(path for path in results if os.path.exists(path) and incomplete(path))
        build()

    workflow._build_dag = build_as_a_run_does
