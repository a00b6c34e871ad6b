"""The campaign, from declarations under config/ to figures, verdicts and a report. ARCHITECTURE.md shows the flow."""

import re
import signal
import sys

from glassworks.campaign.declared.errors import ConfigurationError, stop_in_a_line

stop_in_a_line()  # before what takes a while to load

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.running.execution import leave_what_is_there, prepare
from glassworks.campaign.planned.stages import stage_digest
from glassworks.studies import TABLE

missed = set()  # by a dry run: what a run would set aside
try:
    plan = Plan(config, check=workflow.is_main_process)
    if workflow.is_main_process:
        missed = prepare(workflow, plan)
except ConfigurationError as refusal:
    refusal.leave()

leave_what_is_there()
if not workflow.is_main_process:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # SLURM means the script, which keeps its state


wildcard_constraints:
    liquid=r"[^/]+",
    ensemble=r"[^/]+",
    block=r"\d{5}",
    paper="|".join(plan.campaign.papers),
    table=TABLE.pattern,


include: "workflow/rules/common.smk"


localrules:
    all,
    figures,


rule all:
    default_target: True
    input:
        lambda w: targets(plan.campaign.papers),


rule figures:
    input:
        lambda w: targets(plan.campaign.papers),


for name in plan.campaign.papers:

    rule:
        name:
            name
        input:
            lambda w, name=name: targets([name]),
        localrule: True


include: "workflow/rules/simulate.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/results.smk"


onsuccess:
    if any(job.rule.name == "report" for job in workflow.dag.jobs):
        print(f"open {plan.out}/report.html", file=sys.stderr)


onerror:
    print(
        "type the same command again: it goes on from what was finished (glassworks status names what failed)",
        file=sys.stderr,
    )
