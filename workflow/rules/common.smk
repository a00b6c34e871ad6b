# What the rules share.

from snakemake.settings.types import DeploymentMethod

from glassworks.campaign.jobs import killed
from glassworks.campaign.running.adoption import lost
from glassworks.campaign.running.resources import Requests
from glassworks.campaign.running.shells import job_shell, time_limit


def report_papers():
    """The papers that the report waits for: those that the command line names, or all.

    What Snakemake starts for a single job of a cluster does not know the command line, and has nothing left to wait for.
    """
    return plan.requested(workflow.dag_settings.targets) if workflow.is_main_process else plan.done()


def targets(papers):
    """What a reader of these papers gets, and what was set aside and must be made again."""
    return [*plan.paper_targets(papers), *lost(plan, papers, missed)]


# What jobs find in their shell. One thread a job, whatever the driver's shell says: the campaign is parallel in its jobs.
# Their `python` is the driver's own, whoever started it and from where. Where one is killed, its shell looks whether that
# was for memory.
shell.prefix(job_shell(DeploymentMethod.CONDA in workflow.deployment_settings.deployment_method))

# Jobs that run together on one machine share its memory; on a cluster each has its own.
CLUSTER = workflow.resource_settings.nodes is not None
if not CLUSTER and "mem_mb" not in workflow.global_resources:
    workflow.register_resource("mem_mb", killed.machine_memory())

needed = Requests(plan, CLUSTER)

# Minutes that a job may ask for at most, as the profile's default resources say; infinite without them.
try:
    LONGEST = time_limit(workflow.resource_settings.default_resources)
except ConfigurationError as refusal:
    refusal.leave()


def resources(stage):
    """Memory (MB) and run time (minutes) of a stage's jobs by the cost model; both grow with the attempt."""
    return {
        "mem_mb": lambda wildcards, attempt: needed.memory(stage, wildcards, attempt),
        "runtime": lambda wildcards, attempt: min(needed.runtime(stage, wildcards, attempt), LONGEST),
    }
