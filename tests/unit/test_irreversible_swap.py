"""Irreversible exchanges, which a benchmark measures against plain ones, sample the same ensemble."""

import sys
from pathlib import Path

import numpy as np
import pytest
from liquid_checks import (
    ALARM,
    ARRANGEMENTS,
    FOUR,
    arrangement_weights,
    block_mean,
    chi_squared_deviation,
    deviation,
    visits_deviate,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from irreversible_swap import IrreversibleChain

from glassworks.configurations import Configuration
from glassworks.liquids import SwapChain, initial_configuration
from glassworks.models import load_model


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def fixed_chain(seed: int, span: int, burst: float) -> IrreversibleChain:
    """Four particles that cannot move, at T = 1; a sweep is four exchanges."""
    return IrreversibleChain(
        load_model("poly-3d"), FOUR, 1.0, rng(seed), span, burst, swap_fraction=0.98, displacement=1e-14
    )


def irreversible_rule(span: int) -> np.ndarray:
    """Transition probabilities of one irreversible exchange between states (arrangement, active rank), from the rule:
    the active particle stays active with its new size where it is accepted, else its partner becomes active."""
    weights, states = arrangement_weights(), [(each, rank) for each in ARRANGEMENTS for rank in range(4)]
    rule = np.zeros((96, 96))
    for state, (arrangement, rank) in enumerate(states):
        for step in range(1, span + 1):
            particle, partner = arrangement.index(rank), arrangement.index((rank + step) % 4)
            exchanged = list(arrangement)
            exchanged[particle], exchanged[partner] = arrangement[partner], arrangement[particle]
            ratio = weights[ARRANGEMENTS.index(tuple(exchanged))] / weights[ARRANGEMENTS.index(arrangement)]
            rule[state, states.index((tuple(exchanged), exchanged[particle]))] += min(1.0, ratio) / span
            rule[state, states.index((arrangement, arrangement[partner]))] += max(0.0, 1.0 - ratio) / span
    return rule


@pytest.mark.parametrize("span", [1, 2, 3])
def test_irreversible_swaps_balance_globally_not_in_detail(span):
    """What flows into each of the 96 states is its weight, but it does not flow back where it came from.

    Only a span of the whole ring reaches, by the step that completes the round, what it came from.
    """
    rule, stationary = irreversible_rule(span), np.repeat(arrangement_weights(), 4) / 4
    flow = stationary[:, None] * rule
    assert rule.sum(axis=1) == pytest.approx(1.0, abs=1e-14)
    assert flow.sum(axis=0) == pytest.approx(stationary, abs=1e-15)
    imbalance = abs(flow - flow.T).max() / flow.max()
    assert imbalance > 0.5 if span < 3 else imbalance < 1e-12
    conditions = np.vstack([rule.T - np.eye(96), np.ones(96)])
    found, _, independent, _ = np.linalg.lstsq(conditions, np.append(np.zeros(96), 1.0))
    assert independent == 96  # no other distribution stays as it is
    assert found == pytest.approx(stationary, abs=1e-12)


@pytest.mark.parametrize(("span", "burst"), [(1, 3.0), (2, np.inf)])
def test_irreversible_swaps_at_fixed_places_visit_sizes_as_boltzmann_says(span, burst):
    assert visits_deviate(fixed_chain(5, span, burst)) < ALARM + 1


@pytest.mark.parametrize(("span", "burst"), [(1, np.inf), (3, np.inf), (2, 2.0)])
def test_irreversible_swaps_of_the_kernel_follow_the_rule(span, burst):
    """Four exchanges from each state: χ² against the rule.

    Three comparisons, five standard errors: together less than 1 false alarm in 100,000.
    """
    rule, chain, samples = irreversible_rule(span), fixed_chain(6, span, burst), 30_000
    anew = np.kron(np.eye(24), np.full((4, 4), 0.25))
    four = np.linalg.matrix_power((1.0 - 1.0 / burst) * rule + 1.0 / burst * anew @ rule, 4)
    number = {arrangement: 4 * k for k, arrangement in enumerate(ARRANGEMENTS)}
    states = []
    for _ in range(samples):
        states.append(number[tuple(chain.rank.tolist())] + chain.active[0])
        chain.advance(1)
    counts = np.zeros((96, 96))
    np.add.at(counts, (states[:-1], states[1:]), 1)
    expected = counts.sum(axis=1, keepdims=True) * four
    likely = expected > 5
    assert likely.sum() > 60 and counts[expected < 1e-9].sum() == 0
    gathered = np.append(counts[likely], counts[~likely].sum() + 1e-9)
    gathered_expected = np.append(expected[likely], expected[~likely].sum() + 1e-9)
    assert abs(chi_squared_deviation(gathered, gathered_expected)) < ALARM + 1


def neighbor_sizes(here: Configuration) -> float:
    """Correlation of the sizes of particles less than 1.5 λ apart, in λ²."""
    first, second = np.triu_indices(len(here), 1)
    close = (here.box.shortest(here.positions[first] - here.positions[second]) ** 2).sum(axis=1) < 1.5**2
    excess = here.diameters - here.diameters.mean()
    return float((excess[first] * excess[second])[close].mean())


@pytest.mark.parametrize(("temperature", "relaxation"), [(0.9, 570), (0.65, 1600)])
def test_irreversible_and_plain_swaps_agree(temperature, relaxation):
    """⟨U⟩/N, ⟨p⟩ and the correlation of neighbors' sizes: six comparisons, each by 24 blocks of a relaxation time.

    Five standard errors: by Student's law for 23 degrees of freedom together less than 1 false alarm in 3,000.
    """
    model, blocks, frames = load_model("poly-3d"), 24, 20
    start = initial_configuration(model, 140, rng(1))
    means = []
    for seed, kind in enumerate((SwapChain, IrreversibleChain)):
        chain = kind(model, start, temperature, rng(seed))
        chain.advance(3 * relaxation)
        values = []
        for _ in range(blocks * frames):
            chain.advance(relaxation // frames)
            chain.settle()
            values.append((chain.energy / chain.n, chain.pressure, neighbor_sizes(chain.configuration)))
        means.append([block_mean(each, blocks) for each in np.transpose(values)])
    assert means[0][0][1] < 0.02 and means[0][1][1] < 0.08
    assert means[0][2][0] < -5 * means[0][2][1]  # there is a structure that can be missed
    for first, second in zip(*means, strict=True):
        assert abs(deviation(first, second)) < ALARM + 1
