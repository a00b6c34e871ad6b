"""Threads of small matrices: one within our calls, and as many as before after them."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from glasses import glass, lattice
from threadpoolctl import threadpool_limits

import glassworks
from glassworks.excitations import chain, decay, dipoles, softspots, straining
from glassworks.glasses import Glass
from glassworks.vibrations import (
    Factor,
    factorization,
    interior,
    krylov,
    modes,
    semidefinite,
    single,
    threads,
    unfactored,
)


def blas() -> set[int]:
    """Threads of each BLAS that numpy and scipy call; other tests may have loaded one of their own."""
    return {each["num_threads"] for each in threads.controller().info() if each["user_api"] == "blas"}


@pytest.fixture
def two():
    """As if the person had asked for two threads."""
    threads.controller()
    with threadpool_limits(2, user_api="blas"):
        yield


def test_one_inside_and_the_rest_after(two):
    with threads.one_thread():
        assert blas() == {1}
        with threads.one_thread(), threads.as_large(threads.LARGE - 1):
            assert blas() == {1}
        with threads.as_large(threads.LARGE):
            assert blas() == {2}
        assert blas() == {1}
    assert blas() == {2}
    with threads.as_large(threads.LARGE):
        assert blas() == {2}


def test_what_was_is_restored_after_an_error(two):
    @threads.single_threaded
    def fails(size):
        with threads.as_large(size):
            raise ZeroDivisionError(str(blas()))

    for size, inside in ((1, r"\{1\}"), (threads.LARGE, r"\{2\}")):
        with pytest.raises(ZeroDivisionError, match=inside):
            fails(size)
        assert blas() == {2} and not threads.STATE.inside


def watch(monkeypatch, module, name: str) -> list[tuple[set[int], tuple]]:
    """From now on, at each call of a function: the threads of BLAS, and what the function is given."""
    plain, seen = getattr(module, name), []

    def watched(*given, **options):
        seen.append((blas(), given))
        return plain(*given, **options)

    monkeypatch.setattr(module, name, watched)
    return seen


@pytest.fixture(scope="module")
def crystal() -> Glass:
    """Of 324 unknowns: its matrix is diagonalized whole."""
    return Glass(*lattice(3, 3), trusted=True)


@pytest.fixture(scope="module")
def larger() -> Glass:
    """Of 800 unknowns: its modes are searched for."""
    made = Glass(*glass("ipl-2d", 400))
    made.factor  # noqa: B018
    return made


RNG = np.random.default_rng
CALLS = {
    "the factor": (Factor, "eliminate", factorization, "dpotrf",
        lambda g, _: Factor(g.hessian, g.configuration.positions)),
    "a solution": (Factor, "solve", factorization, "dtrsm", lambda g, _: g.factor.solve(np.ones(g.hessian.shape[0]))),
    "one solution": (single, "solve_one", single, "dtrsv",
        lambda g, _: single.solve_one(g.factor, np.ones(g.hessian.shape[0]))),
    "dense modes": (modes, "lowest_modes", modes, "eigh", lambda g, _: modes.lowest_modes(g.factor, 3)),
    "sought modes": (modes, "lowest_modes", modes, "eigh", lambda _, g: modes.lowest_modes(g.factor, 5)),
    "their check": (modes, "lowest_modes", modes, "overlooked", lambda _, g: modes.lowest_modes(g.factor, 5)),
    "a spectrum": (modes, "spectrum", modes, "eigvalsh", lambda g, _: modes.spectrum(g.hessian)),
    "the low end of a matrix": (semidefinite, "lowest", semidefinite, "eigh",
        lambda g, _: semidefinite.lowest(g.hessian, 3)),
    "filtered modes": (unfactored, "filtered_modes", unfactored, "eigh",
        lambda _, g: unfactored.filtered_modes(g.hessian, g.configuration, 5)),
    "their search": (unfactored, "filtered_modes", krylov, "eigh",
        lambda _, g: unfactored.filtered_modes(g.hessian, g.configuration, 5)),
    "a wider search": (krylov, "wider_search", krylov, "eigh",
        lambda _, g: krylov.wider_search(modes.Inverse(g.factor), modes.BLOCK, 5, 1e-8, RNG(1))),
    "modes amid a spectrum": (interior, "nearest_modes", interior, "eigsh",
        lambda _, g: interior.nearest_modes(g.hessian, g.configuration.positions, np.array([5.0]))),
    "soft spots": (softspots, "soft_spots", softspots, "distinct",
        lambda g, _: softspots.soft_spots(g.configuration, g.bonds, g.factor, 3, RNG(1))),
    "a decay": (decay, "pinch_decay", decay, "shells",
        lambda g, _: decay.pinch_decay(g.configuration, g.bonds, g.factor, 2, RNG(1))),
    "quartic and cubic modes": (chain, "chain", chain, "difference",
        lambda _, g: chain.chain(g, g.modes(2), False, 3)),
    "cubic modes under strain": (straining, "strained_cubic", straining, "cubic_mode",
        lambda _, g: straining.strained_cubic(g, g.modes(1).vectors[0], 1e-5)),
    "responses": (dipoles, "dipole_responses", dipoles, "measure_batch",
        lambda g, _: dipoles.dipole_responses(g.bonds, g.factor, 2, RNG(1))),
    "what they are like": (dipoles, "likeness", dipoles, "choose_pairs",
        lambda g, _: dipoles.likeness(g.bonds, g.factor, RNG(0).normal(size=(1, g.hessian.shape[0])), 2, RNG(1))),
}  # fmt: skip
"""Each function that has one thread (where it is, its name), what it calls of its own (where, its name), and a call."""


@pytest.mark.parametrize("what", CALLS)
def test_each_call_has_one_thread(two, crystal, larger, monkeypatch, what):
    """And is the one that sees to it: without its limit there would be two."""
    home, name, module, inner, call = CALLS[what]
    seen = watch(monkeypatch, module, inner)
    call(crystal, larger)
    assert seen and all(threads == {1} for threads, _ in seen)
    assert blas() == {2}
    monkeypatch.setattr(home, name, getattr(home, name).__wrapped__)
    call(crystal, larger)
    assert seen[-1][0] == {2}


def test_every_function_that_has_one_thread_is_tried():
    sources = "".join(path.read_text() for path in Path(glassworks.__file__).parent.rglob("*.py"))
    assert {*re.findall(r"@single_threaded\n\s*def (\w+)", sources)} == {name for _, name, *_ in CALLS.values()}


def test_a_large_front_has_the_callers_threads(two, larger, monkeypatch):
    """And only a large one, where half of a glass's fronts count as large."""
    sizes = [len(head) + len(border) for _, border, head, _ in larger.factor.blocks]
    monkeypatch.setattr(threads, "LARGE", int(np.median(sizes)))
    fronts, solved = watch(monkeypatch, factorization, "reduce_front"), watch(monkeypatch, factorization, "divide")
    factor = Factor(larger.hessian, larger.configuration.positions)
    factor.solve(np.ones(larger.hessian.shape[0]))
    of = {id(head): len(head) + len(border) for _, border, head, _ in factor.blocks}
    seen = [(found, len(head) + len(below)) for found, (head, below, *_) in fronts]
    seen += [(found, of[id(lower)]) for found, (_, _, lower, _) in solved]
    assert len(seen) == 3 * len(factor.blocks)
    assert all(found == ({2} if size >= threads.LARGE else {1}) for found, size in seen)
    assert {size >= threads.LARGE for _, size in seen} == {True, False}


@pytest.mark.parametrize("inner, call", [
    ("eigh", lambda glass: modes.lowest_modes(glass.factor, 3)),
    ("eigvalsh", lambda glass: modes.spectrum(glass.hessian)),
])  # fmt: skip
def test_a_large_dense_matrix_has_the_callers_threads(two, crystal, monkeypatch, inner, call):
    seen = watch(monkeypatch, modes, inner)
    for large, expected in ((crystal.hessian.shape[0], {2}), (crystal.hessian.shape[0] + 1, {1})):
        monkeypatch.setattr(threads, "LARGE", large)
        call(crystal)
        assert seen[-1][0] == expected


SCRIPT = """
import sys
{before}
import numpy as np
sys.path.insert(0, {tests!r})
from glasses import lattice
from glassworks.models import load_model
from glassworks.glasses import Glass
{after}
from threadpoolctl import threadpool_info, threadpool_limits
from glassworks.vibrations import factorization
limit = threadpool_limits(2, user_api="blas")
seen, original = set(), factorization.dtrsm
def dtrsm(*args, **options):
    seen.update(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
    return original(*args, **options)
factorization.dtrsm = dtrsm
glass = Glass(*lattice(3, 3))
glass.factor, glass.pinch(3), glass.modes(3), glass.moduli()
print(seen, {{each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}})
"""


@pytest.mark.parametrize(
    "before, after", [("import numpy, scipy.linalg", ""), ("import glassworks", ""), ("", "import scipy.linalg")]
)
def test_a_glass_has_one_thread_whoever_loads_numpy_first(before, after):
    script = SCRIPT.format(before=before, after=after, tests=str(__file__).rsplit("/", 1)[0])
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert answer.stdout.strip() == "{1} {2}", answer.stderr
