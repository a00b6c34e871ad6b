# What the rules share.

import math


def report_papers():
    """The papers that the report waits for: those that the command line names, or all."""
    return plan.requested(workflow.dag_settings.targets)


def targets(papers):
    """What a reader of these papers gets, and what was set aside and must be made again."""
    return [*plan.paper_targets(papers), *lost(plan, papers)]


# One thread a job, whatever the driver's shell says: the campaign is parallel in its jobs.
shell.prefix("export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1; ")


def time_limit():
    """Minutes that a job may ask for at most, as the profile's default resources say; infinite without them."""
    given = workflow.resource_settings.default_resources or {}
    return given["time_limit"].value if "time_limit" in given else math.inf


LONGEST = time_limit()


def resources(stage):
    """Memory (MB) and run time (minutes) of a stage's jobs by the cost model; both grow with the attempt."""
    return {
        "mem_mb": lambda wildcards, attempt: plan.memory(stage, wildcards, attempt),
        "runtime": lambda wildcards, attempt: min(plan.runtime(stage, wildcards, attempt), LONGEST),
    }
