# Liquids, the evidence of their equilibrium, and the glasses that they are quenched to.


rule equilibrate:
    input:
        above=lambda w: plan.liquid_above(w.liquid, w.block),
    output:
        "results/liquids/{liquid}/{block}/liquid.h5",
        "results/liquids/{liquid}/{block}/liquids.parquet",
    log:
        "results/.logs/equilibrate/{liquid}/{block}.log",
    benchmark:
        "results/.benchmarks/equilibrate/{liquid}/{block}.tsv"
    wildcard_constraints:
        liquid=liquids_of("equilibrate"),
    priority: lambda w: plan.urgency("equilibrate", w)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("equilibrate"),
    params:
        code=lambda w: plan.code("equilibrate", w.liquid),
        expect=lambda w: plan.planned("equilibrate", w.liquid, w.block),
        seed=plan.campaign.seed,
    shell:
        "python scripts/equilibrate.py {wildcards.liquid:q} {wildcards.block:q}"
        " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


rule step:
    input:
        above=lambda w: plan.liquid_above(w.liquid, w.block),
    output:
        "results/liquids/{liquid}/{block}/liquid.h5",
        expand("results/liquids/{{liquid}}/{{block}}/{table}.parquet", table=["liquids", *STEP_TABLES]),
    log:
        "results/.logs/step/{liquid}/{block}.log",
    benchmark:
        "results/.benchmarks/step/{liquid}/{block}.tsv"
    wildcard_constraints:
        liquid=liquids_of("step"),
    priority: lambda w: plan.urgency("step", w)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("step"),
    params:
        code=lambda w: plan.code("step", w.liquid),
        expect=lambda w: plan.planned("step", w.liquid, w.block),
        seed=plan.campaign.seed,
    shell:
        "python scripts/step.py {wildcards.liquid:q} {wildcards.block:q}"
        " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


rule relax:
    input:
        above=lambda w: plan.liquid_above(w.liquid, w.block),
    output:
        "results/liquids/{liquid}/{block}/liquid.h5",
        expand("results/liquids/{{liquid}}/{{block}}/{table}.parquet", table=["liquids", *RELAXATION_TABLES]),
    log:
        "results/.logs/relax/{liquid}/{block}.log",
    benchmark:
        "results/.benchmarks/relax/{liquid}/{block}.tsv"
    wildcard_constraints:
        liquid=liquids_of("relax"),
    priority: lambda w: plan.urgency("relax", w)
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("relax"),
    params:
        code=lambda w: plan.code("relax", w.liquid),
        expect=lambda w: plan.planned("relax", w.liquid, w.block),
        seed=plan.campaign.seed,
    shell:
        "python scripts/relax.py {wildcards.liquid:q} {wildcards.block:q}"
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
        lambda w: plan.liquid_of(w.ensemble, w.block),
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
