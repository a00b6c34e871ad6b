# What is measured on a block of glasses: one job for all observables of a block, because they share its Hessian's factor,
# those alone that some group asks for of so many glasses.
# Each observable has a file of its own, and the job leaves alone those that are there and are what is planned. On a block
# of liquids as they are: one job an observable.


for rule_name, names, files, ensembles, blocks in plan.measuring_rules():

    rule:
        name:
            rule_name
        input:
            lambda w: plan.inputs("measure", w.ensemble, w.block),
        output:
            [update(f"results/ensembles/{{ensemble}}/{{block}}/{file}") for file in files],
        log:
            "results/.logs/measure/{ensemble}/{block}.log",
        benchmark:
            "results/.benchmarks/measure/{ensemble}/{block}.tsv"
        wildcard_constraints:
            ensemble=plan.pattern(ensembles),
            block=blocks,
        priority: lambda w, names=names: plan.urgency("measure", w, names)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("measure"),
        params:
            code=lambda w, names=names: [plan.code("measure", w.ensemble, name) for name in names],
            measured=[*names],
            expect=lambda w, names=names: [plan.planned("measure", w.ensemble, w.block, name) for name in names],
            seed=plan.campaign.seed,
        shell:
            "python scripts/measure.py {wildcards.ensemble:q} {wildcards.block:q} {params.measured:q}"
            " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


# Portions of observables whose work on a glass a group divides over jobs; the block's measurement joins them.
if plan.portions():

    rule portion:
        input:
            lambda w: plan.inputs("portion", w.ensemble, w.block),
        output:
            "results/ensembles/{ensemble}/{block}/{observable}-{code}.{portion}.parquet",
        log:
            "results/.logs/portion/{ensemble}/{block}/{observable}-{code}.{portion}.log",
        benchmark:
            "results/.benchmarks/portion/{ensemble}/{block}/{observable}-{code}.{portion}.tsv"
        wildcard_constraints:
            observable=r"[a-z0-9_]+",
            code="[0-9a-f]{6}",
            portion=r"\d+of\d+",
        priority: lambda w: plan.urgency("portion", w)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("portion"),
        params:
            code=lambda w: plan.code("portion", w.ensemble, f"{w.observable}-{w.code}.{w.portion}"),
            expect=lambda w: plan.planned("portion", w.ensemble, w.block, f"{w.observable}-{w.code}.{w.portion}"),
            seed=plan.campaign.seed,
        shell:
            "python scripts/portion.py {wildcards.ensemble:q} {wildcards.block:q}"
            " {wildcards.observable:q}-{wildcards.code:q}.{wildcards.portion:q}"
            " --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"


for rule_name, ends, observable, code in plan.observing_rules():

    rule:
        name:
            rule_name
        input:
            lambda w: plan.inputs("observe", w.ensemble, w.block),
        output:
            [f"results/ensembles/{{ensemble}}/{{block}}/{{observable}}-{{code}}{end}" for end in ends],
        log:
            "results/.logs/observe/{ensemble}/{block}/{observable}-{code}.log",
        benchmark:
            "results/.benchmarks/observe/{ensemble}/{block}/{observable}-{code}.tsv"
        wildcard_constraints:
            observable=observable,
            code=code,
        priority: lambda w: plan.urgency("observe", w)
        conda:
            "../../envs/environment.yaml"
        threads: 1
        resources:
            **resources("observe"),
        params:
            code=lambda w: plan.code("observe", w.ensemble, f"{w.observable}-{w.code}"),
            expect=lambda w: plan.planned("observe", w.ensemble, w.block, f"{w.observable}-{w.code}"),
            seed=plan.campaign.seed,
        shell:
            "python scripts/observe.py {wildcards.ensemble:q} {wildcards.block:q}"
            " {wildcards.observable:q}-{wildcards.code:q} --seed {params.seed} --expect {params.expect} > {log:q} 2>&1"
