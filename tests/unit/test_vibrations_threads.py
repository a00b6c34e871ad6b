"""Threads of small matrices: one within our calls, and as many as before after them."""

import subprocess
import sys

import pytest
from threadpoolctl import threadpool_limits

from glassworks.vibrations import threads


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
