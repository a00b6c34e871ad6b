"""Runs that are cut off and go on from what their memory kept give the bits of runs that never were."""

import pickle

import numpy as np
import pytest

from glassworks import liquids
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.models import load_model


class CutOff(Exception):
    pass


class Cutting(Memory):
    """Keeps every offered state as bytes, and cuts the run off at one of them."""

    def __init__(self, at: int):
        self.left, self.kept = at, None

    def recall(self):
        return None if self.kept is None else pickle.loads(self.kept)

    def offer(self, state):
        self.kept = pickle.dumps(state())
        self.left -= 1
        if self.left == 0:
            raise CutOff


def resumed(run, at: int):
    """The result of a run that was cut off twice."""
    memory = Cutting(at)
    for _ in range(2):
        with pytest.raises(CutOff):
            run(memory)
        memory.left = at
    memory.left = 0
    return run(memory)


@pytest.fixture(scope="module")
def start():
    model = load_model("poly-3d")
    return model, liquids.initial_configuration(model, 150, np.random.default_rng(1))


def same(one, other) -> bool:
    return all(np.array_equal(a.positions, b.positions) for a, b in zip(one, other, strict=True))


def test_swap_chain(start):
    model, configuration = start

    def run(memory=NOTHING):
        return liquids.run_swap_chain(model, configuration, 0.8, 500, 300, 4, np.random.default_rng(2), memory=memory)

    whole, pieces = run(), resumed(run, 3)
    assert same(whole.configurations, pieces.configurations)
    assert np.array_equal(whole.energies, pieces.energies)
    assert whole.acceptance_swap == pieces.acceptance_swap


def test_tempering(start):
    model, configuration = start
    ladder = [1.0, 0.9, 0.8]

    def run(memory=NOTHING):
        return liquids.run_tempering(
            model,
            [configuration] * 3,
            ladder,
            liquids.Rounds(20, 12, keep_every=2),
            np.random.default_rng(3),
            memory=memory,
        )

    whole, pieces = run(), resumed(run, 3)
    assert same(whole.configurations, pieces.configurations)
    assert np.array_equal(whole.energies, pieces.energies)
    assert np.array_equal(whole.replicas, pieces.replicas)


def test_cooling(start):
    model, configuration = start

    def run(memory=NOTHING):
        return liquids.cool(model, configuration, 1.0, 0.5, 0.2, np.random.default_rng(4), memory=memory)

    whole, pieces = run(), resumed(run, 20)
    assert np.array_equal(whole.configuration.positions, pieces.configuration.positions)
    assert np.array_equal(whole.trace.energy, pieces.trace.energy)
    assert np.allclose(np.diff(whole.trace.time), whole.trace.time[0])
    assert whole.trace.temperature[-20:].mean() < 0.6


def test_from_below(start):
    model, configuration = start

    def run(memory=NOTHING):
        chain = liquids.SwapChain(model, configuration, 0.8, np.random.default_rng(5))
        return liquids.from_below(chain, 100, 200, 50, samples=3, memory=memory)

    whole, pieces = run(), resumed(run, 200)
    assert whole.shape == (3,)
    assert np.array_equal(whole, pieces)
