"""The specification that each kind of job consumes: exactly what, when changed, makes its product stale.

The workflow passes the digest of these as a parameter; the job computes it again and records it in its product. Kept
apart from the jobs so that planning imports no kernels.
"""

from __future__ import annotations

from glassworks.campaign.planned.ensembles import Ensemble, Liquid, whole


def equilibrate(liquid: Liquid, block: int, seed: int) -> dict:
    """A block of a liquid."""
    return {"liquid": liquid.specification, "samples": liquid.block_samples, "block": block, "seed": seed}


def watch(liquid: Liquid, block: int, watcher: str, seed: int) -> dict:
    """A block of what a watcher sees."""
    return {**equilibrate(liquid, block, seed), "watcher": watcher, "parameters": liquid.watch[watcher]}


def evidence(liquid: Liquid, seed: int) -> dict:
    """The evidence of a liquid's equilibrium, taken from its first block."""
    return {"liquid": liquid.specification, "samples": liquid.block_samples, "seed": seed}


def quench(ensemble: Ensemble, block: int, seed: int) -> dict:
    """A block of glasses."""
    return {**ensemble.specification, "samples": ensemble.block_samples, "block": block, "seed": seed}


def measure(ensemble: Ensemble, block: int, observable: str, seed: int) -> dict:
    """A block of an observable's table."""
    needs = ensemble.needs(observable)
    made = {"observable": whole(observable), "parameters": ensemble.observables[whole(observable)]}
    return {**quench(ensemble, block, seed), **made, **({"needs": needs} if needs else {})}


def portion(ensemble: Ensemble, block: int, observable: str, seed: int) -> dict:
    """A block of a portion of an observable."""
    return {**measure(ensemble, block, observable, seed), "portion": observable.partition(".")[2]}
