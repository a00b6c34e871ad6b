# From blocks to raw tables, and from these to all that is made of a paper.

OUT = plan.out
RUN = plan.run
WHERE = f"--scale {plan.campaign.scale} --tables {plan.campaign.tables}"


if plan.campaign.tables == "computed":

    rule gather:
        input:
            lambda w: plan.results[w.paper].parts(w.table),
        output:
            f"{OUT}/tables/{{paper}}/{{table}}.parquet",
        log:
            f"results/.logs/{RUN}/gather-{{paper}}-{{table}}.log",
        benchmark:
            f"results/.benchmarks/gather/{RUN}-{{paper}}-{{table}}.tsv"
        priority: lambda w: plan.results_urgency("gather", w.paper)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("gather"),
        params:
            code=stage_digest("gather"),
            parts=lambda w: plan.results[w.paper].joined(w.table),
            where=WHERE,
        shell:
            "python scripts/gather.py {wildcards.paper:q} {wildcards.table:q} {params.where} > {log:q} 2>&1"


# Derived tables, figures, verdicts, pages: one job a paper, which leaves alone what is there, whole and made from what is
# planned.
for name, made in plan.results.items():

    rule:
        name:
            f"results_{name}"
        input:
            made.inputs,
        output:
            [update(path) for path in made.outputs],
        log:
            f"results/.logs/{RUN}/results-{name}.log",
        benchmark:
            f"results/.benchmarks/results/{RUN}-{name}.tsv"
        priority: plan.results_urgency("results", name)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("results"),
        params:
            code=made.code,
            where=WHERE,
            paper=name,
        shell:
            "python scripts/results.py {params.paper:q} {params.where} > {log:q} 2>&1"


rule report:
    input:
        lambda w: [path for name in report_papers() for path in plan.results[name].index_paths],
        lambda w: [path for made in plan.results.values() for path in made.calibration][:1],
    output:
        plan.index,
    log:
        f"results/.logs/{RUN}/report.log",
    benchmark:
        f"results/.benchmarks/report/{RUN}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("report"),
    params:
        code=stage_digest("report"),
        where=WHERE,
        papers=lambda w: [plan.results[name].entry_digest() for name in report_papers()],
        verdicts=plan.campaign.verdicts,
    shell:
        "python scripts/report.py {params.where} > {log:q} 2>&1"
