"""What Snakemake is given before it runs jobs."""

import threading
import time
from types import SimpleNamespace

import pytest

from glassworks.campaign.running.execution import look_again_once


def looks(scheduler) -> int:
    """How often it was told to look for jobs."""
    count = 0
    while scheduler._open_jobs.acquire(timeout=0.2):
        count += 1
    return count


@pytest.mark.parametrize(("cores", "jobs", "expected"), [(1, ["a job"], 1), (0, ["a job"], 0), (1, [], 0)])
def test_it_looks_for_jobs_once_where_that_helps(monkeypatch, cores, jobs, expected):
    """However many jobs have ended: one look is due at a time, and none where no job could start."""
    from snakemake.scheduling.job_scheduler import JobScheduler

    monkeypatch.setattr(JobScheduler, "_schedule_reevalutation", None)
    look_again_once()
    scheduler = SimpleNamespace(resources={"_cores": cores}, open_jobs=jobs, _open_jobs=threading.Semaphore(0))
    for _ in range(2):  # and again, once it has looked
        for _ in range(100):
            JobScheduler._schedule_reevalutation(scheduler, 0.01)
        time.sleep(0.05)
        assert looks(scheduler) == expected


def test_snakemake_has_what_is_replaced():
    """The method exists, and is called with how long to wait."""
    from inspect import signature

    from snakemake.scheduling.job_scheduler import JobScheduler

    assert list(signature(JobScheduler._schedule_reevalutation).parameters)[1:] == ["delay"]
