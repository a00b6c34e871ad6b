# What is measured on a block of glasses: one rule for every observable.


rule measure:
    input:
        "results/ensembles/{ensemble}/{block}/glass.h5",
        "results/ensembles/{ensemble}/{block}/glasses.parquet",
    output:
        "results/ensembles/{ensemble}/{block}/{observable}-{code}.parquet",
    log:
        "results/.logs/measure/{ensemble}/{block}/{observable}-{code}.log",
    benchmark:
        "results/.benchmarks/measure/{ensemble}/{block}/{observable}-{code}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        **resources("measure"),
    params:
        code=lambda w: stage_digest("measure", w.observable),
        expect=lambda w: plan.planned("measure", w.ensemble, w.block, f"{w.observable}-{w.code}"),
        seed=plan.campaign.seed,
    shell:
        "python scripts/measure.py {wildcards.ensemble} {wildcards.block}"
        " {wildcards.observable}-{wildcards.code} --seed {params.seed} --expect {params.expect} > {log} 2>&1"
