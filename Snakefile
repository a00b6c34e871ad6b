"""The campaign, from declarations under config/ to figures, verdicts and a report. ARCHITECTURE.md shows the flow."""

import re
import signal

from glassworks.campaign.adoption import adopt, lost, settle_clock
from glassworks.campaign.dag import Plan
from glassworks.campaign.driver import hold
from glassworks.campaign.errors import ConfigurationError
from glassworks.campaign.protocols import RELAXATION_TABLES, STEP_TABLES
from glassworks.campaign.stages import stage_digest
from glassworks.parameters import OF_LIQUIDS

try:
    plan = Plan(config, check=workflow.is_main_process)
    if workflow.is_main_process and not workflow.dryrun:
        from glassworks.campaign import arrays  # loads what only a driver needs

        held = hold()  # until this process ends
        adopt(plan)
        settle_clock(plan)
        arrays.mend()
except ConfigurationError as refusal:
    refusal.leave()

if not workflow.is_main_process:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # SLURM means the script, which keeps its state


wildcard_constraints:
    liquid=r"[^/]+",
    ensemble=r"[^/]+",
    block=r"\d{5}",
    paper="|".join(plan.campaign.papers),
    table=r"[a-z_]+",
    number=r"\d+",


include: "workflow/rules/common.smk"


localrules:
    all,
    figures,


rule all:
    default_target: True
    input:
        targets(plan.campaign.papers),


rule figures:
    input:
        targets(plan.campaign.papers),


for name in plan.campaign.papers:

    rule:
        name:
            name
        input:
            targets([name]),
        localrule: True


include: "workflow/rules/simulate.smk"
include: "workflow/rules/measure.smk"
include: "workflow/rules/results.smk"
