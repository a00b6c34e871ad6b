# From blocks to tables, figures, verdicts and pages.

OUT = plan.out
RUN = plan.run
FROM_ARCHIVE = plan.campaign.tables == "archive"
WHERE = f"--scale {plan.campaign.scale} --tables {plan.campaign.tables}"


if FROM_ARCHIVE:

    for name in plan.campaign.papers:

        rule:
            name:
                f"restore_{name}"
            input:
                plan.archived_paths(name),
            output:
                plan.raw_paths(name),
            log:
                f"results/.logs/{RUN}/restore-{name}.log",
            priority: lambda w, name=name: plan.results_urgency("gather", name)
            conda:
                "../../envs/environment.yaml"
            threads: 1
            params:
                where=WHERE,
                paper=name,
            shell:
                "python scripts/restore.py {params.paper:q} {params.where} > {log:q} 2>&1"

else:

    rule gather:
        input:
            lambda w: plan.gathered(w.paper, w.table),
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
            parts=lambda w: plan.parts_digest(w.paper, w.table),
            where=WHERE,
        shell:
            "python scripts/gather.py {wildcards.paper:q} {wildcards.table:q} {params.where} > {log:q} 2>&1"


for name in plan.campaign.papers:

    rule:
        name:
            f"analyse_{name}"
        input:
            plan.raw_paths(name),
        output:
            plan.analysed_paths(name),
        log:
            f"results/.logs/{RUN}/analyse-{name}.log",
        benchmark:
            f"results/.benchmarks/analyse/{RUN}-{name}.tsv"
        priority: plan.results_urgency("analyse", name)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("analyse"),
        params:
            code=stage_digest("analyse", name),
            where=WHERE,
            units=plan.analysis_digest(name),
            paper=name,
        shell:
            "python scripts/analyse.py {params.paper:q} {params.where} > {log:q} 2>&1"


rule draw:
    input:
        lambda w: plan.figure_tables(w.paper, w.number),
    output:
        f"{OUT}/figures/{{paper}}/fig{{number}}.pdf",
        f"{OUT}/figures/{{paper}}/fig{{number}}.png",
    log:
        f"results/.logs/{RUN}/draw-{{paper}}-{{number}}.log",
    benchmark:
        f"results/.benchmarks/draw/{RUN}-{{paper}}-{{number}}.tsv"
    priority: lambda w: plan.results_urgency("draw", w.paper)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("draw"),
    params:
        code=lambda w: stage_digest("draw", f"{w.paper} {w.number}"),
        where=WHERE,
        figure=lambda w: plan.figure_digest(w.paper, w.number),
    shell:
        "python scripts/draw.py {wildcards.paper:q} {wildcards.number:q} {params.where} > {log:q} 2>&1"


rule tabulate:
    input:
        lambda w: plan.figure_tables(w.paper, f"table{w.number}"),
    output:
        f"{OUT}/tables/{{paper}}/table{{number}}.csv",
        f"{OUT}/tables/{{paper}}/table{{number}}.png",
    log:
        f"results/.logs/{RUN}/draw-{{paper}}-table{{number}}.log",
    benchmark:
        f"results/.benchmarks/draw/{RUN}-{{paper}}-table{{number}}.tsv"
    priority: lambda w: plan.results_urgency("draw", w.paper)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("draw"),
    params:
        code=lambda w: stage_digest("draw", f"{w.paper} table{w.number}"),
        where=WHERE,
        figure=lambda w: plan.figure_digest(w.paper, f"table{w.number}"),
    shell:
        "python scripts/draw.py {wildcards.paper:q} table{wildcards.number:q} {params.where} > {log:q} 2>&1"


for name in plan.campaign.papers:

    rule:
        name:
            f"judge_{name}"
        input:
            plan.raw_paths(name),
            plan.analysed_paths(name),
        output:
            plan.claims_path(name),
        log:
            f"results/.logs/{RUN}/judge-{name}.log",
        benchmark:
            f"results/.benchmarks/judge/{RUN}-{name}.tsv"
        priority: plan.results_urgency("judge", name)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("judge"),
        params:
            code=stage_digest("judge", name),
            where=WHERE,
            claims=plan.paper_digest(name, "claims", "units"),
            verdicts=plan.campaign.verdicts,
            paper=name,
        shell:
            "python scripts/judge.py {params.paper:q} {params.where} > {log:q} 2>&1"


rule page:
    input:
        lambda w: plan.section_paths(w.paper),
    output:
        plan.page_paths("{paper}"),
    log:
        f"results/.logs/{RUN}/page-{{paper}}.log",
    benchmark:
        f"results/.benchmarks/page/{RUN}-{{paper}}.tsv"
    priority: lambda w: plan.results_urgency("page", w.paper)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("page"),
    params:
        code=stage_digest("page"),
        where=WHERE,
        printed=lambda w: [plan.section_digest(w.paper), plan.words_digest(w.paper)],
        calibration=lambda w: plan.calibration_digest(w.paper),
        verdicts=plan.campaign.verdicts,
    shell:
        "python scripts/page.py {wildcards.paper:q} {params.where} > {log:q} 2>&1"


rule report:
    input:
        lambda w: [path for name in report_papers() for path in plan.index_paths(name)],
        lambda w: plan.calibration_paths(),
    output:
        f"{OUT}/claims.parquet",
        f"{OUT}/report.html",
        f"{OUT}/unreproduced.html",
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
        papers=lambda w: [plan.entry_digest(name) for name in report_papers()],
        verdicts=plan.campaign.verdicts,
    shell:
        "python scripts/report.py {params.where} > {log:q} 2>&1"
