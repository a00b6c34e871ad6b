"""Random numbers inside compiled kernels: xoshiro256++ with an explicit state.

Numba's own generator is global to the process; here the state is an array that belongs to one chain, so that a chain's
numbers depend on nothing but its seed (Blackman and Vigna 2021, ACM Trans. Math. Softw. 47, 36).
"""

import numpy as np
from numba import njit

ROTATE_SUM = np.uint64(23)
ROTATE_SUM_BACK = np.uint64(41)
ROTATE_LAST = np.uint64(45)
ROTATE_LAST_BACK = np.uint64(19)
SHIFT = np.uint64(17)
TO_53_BITS = np.uint64(11)
UNIT = 1.0 / 9007199254740992.0


def random_state(rng: np.random.Generator) -> np.ndarray:
    """A fresh state, shape (4,) uint64, drawn from a NumPy generator."""
    state = rng.integers(0, 2**64, size=4, dtype=np.uint64)
    state[0] |= np.uint64(1)
    return state


@njit(inline="always")
def uniform(state):
    """The next number in [0, 1), from the 53 high bits."""
    s0, s1, s2, s3 = state[0], state[1], state[2], state[3]
    total = s0 + s3
    result = ((total << ROTATE_SUM) | (total >> ROTATE_SUM_BACK)) + s0
    s2 ^= s0
    s3 ^= s1
    state[0] = s0 ^ s3
    state[1] = s1 ^ s2
    state[2] = s2 ^ (s1 << SHIFT)
    state[3] = (s3 << ROTATE_LAST) | (s3 >> ROTATE_LAST_BACK)
    return (result >> TO_53_BITS) * UNIT


@njit(inline="always")
def below(state, n):
    """A whole number in [0, n)."""
    return int(uniform(state) * n)
