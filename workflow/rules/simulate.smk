# Liquids, the evidence of their equilibrium, and the glasses that they are quenched to.


for rule_name, stage, tables, liquids in plan.preparing_rules():

    rule:
        name:
            rule_name
        input:
            above=lambda w, stage=stage: plan.inputs(stage, w.liquid, w.block),
        output:
            "results/liquids/{liquid}/{block}/liquid.h5",
            expand("results/liquids/{{liquid}}/{{block}}/{table}.parquet", table=tables),
        log:
            f"results/.logs/{stage}/{{liquid}}/{{block}}.log",
        benchmark:
            f"results/.benchmarks/{stage}/{{liquid}}/{{block}}.tsv"
        wildcard_constraints:
            liquid=plan.pattern(liquids),
        priority: lambda w, stage=stage: plan.urgency(stage, w)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources(stage),
        params:
            code=lambda w, stage=stage: plan.code(stage, w.liquid),
            expect=lambda w, stage=stage: plan.planned(stage, w.liquid, w.block),
            seed=plan.campaign.seed,
        shell:
            "python scripts/prepare.py {wildcards.liquid:q} {wildcards.block:q}"
            " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


# What is looked at while trajectories run: one job runs a block's trajectories once more, for all that looks at them.
for rule_name, names, files, liquids, blocks in plan.watching_rules():

    rule:
        name:
            rule_name
        input:
            lambda w: plan.inputs("watch", w.liquid, w.block),
        output:
            [update(f"results/liquids/{{liquid}}/{{block}}/{file}") for file in files],
        log:
            "results/.logs/watch/{liquid}/{block}.log",
        benchmark:
            "results/.benchmarks/watch/{liquid}/{block}.tsv"
        wildcard_constraints:
            liquid="|".join(map(re.escape, liquids)),
            block=blocks,
        priority: lambda w, names=names: plan.urgency("watch", w, names)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("watch"),
        params:
            code=lambda w, names=names: [plan.code("watch", w.liquid, name) for name in names],
            watched=[*names],
            expect=lambda w, names=names: [plan.planned("watch", w.liquid, w.block, name) for name in names],
            seed=plan.campaign.seed,
        shell:
            "python scripts/watch.py {wildcards.liquid:q} {wildcards.block:q} {params.watched:q}"
            " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


rule evidence:
    input:
        "results/liquids/{liquid}/00000/liquid.h5",
        "results/liquids/{liquid}/00000/liquids.parquet",
    output:
        "results/liquids/{liquid}/equilibrium.parquet",
    log:
        "results/.logs/evidence/{liquid}.log",
    benchmark:
        "results/.benchmarks/evidence/{liquid}.tsv"
    priority: lambda w: plan.urgency("evidence", w)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("evidence"),
    params:
        code=lambda w: plan.code("evidence", w.liquid),
        expect=lambda w: plan.planned("evidence", w.liquid),
        seed=plan.campaign.seed,
    shell:
        "python scripts/evidence.py {wildcards.liquid:q} --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


rule quench:
    input:
        lambda w: plan.inputs("quench", w.ensemble, w.block),
    output:
        "results/ensembles/{ensemble}/{block}/glass.h5",
        "results/ensembles/{ensemble}/{block}/glasses.parquet",
    log:
        "results/.logs/quench/{ensemble}/{block}.log",
    benchmark:
        "results/.benchmarks/quench/{ensemble}/{block}.tsv"
    priority: lambda w: plan.urgency("quench", w)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("quench"),
    params:
        code=lambda w: plan.code("quench", w.ensemble),
        expect=lambda w: plan.planned("quench", w.ensemble, w.block),
        seed=plan.campaign.seed,
    shell:
        "python scripts/quench.py {wildcards.ensemble:q} {wildcards.block:q}"
        " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"
