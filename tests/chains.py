"""Single chains of liquids, as a job runs them."""

from glassworks import preparing
from glassworks.campaign.planned.ensembles import Liquid
from glassworks.campaign.planned.seeds import generator
from glassworks.liquids.memory import NOTHING
from glassworks.preparing import Chain, Means, Start


def run_chain(liquid: Liquid, index: int, start: Start, seed: int = 7) -> Chain:
    """What a chain of a liquid leaves."""
    means = Means(generator(seed, liquid.digest, index), index, lambda done, total: None, NOTHING)
    return preparing.load(liquid.protocol.prepared_by()).prepare(liquid.here, start, means)


def state(start: Start):
    """The state that a chain goes on from."""
    return start.above[-1][-1]


def after(chain: Chain) -> Start:
    """Where the next rung down goes on from a chain."""
    return Start([chain.left], chain.status)
