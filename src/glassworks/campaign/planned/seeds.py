"""Random streams that depend on what is simulated and on nothing else.

A stream is `numpy.random.SeedSequence` over the campaign's seed, the hash of the specification that the stage consumes,
and the index of the chain or sample. So a sample is the same whatever its block, scale, core or cluster.
"""

from __future__ import annotations

import hashlib
import json

import numpy as np


def canonical(specification: object) -> str:
    """A specification as text that is the same for equal content (sorted keys, shortest exact numbers)."""
    return json.dumps(specification, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(specification: object) -> str:
    """The SHA-256 of a specification's canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(specification).encode()).hexdigest()


def entropy(seed: int, specification_digest: str, index: int) -> list[int]:
    """The words that seed one stream: the campaign's seed, eight 32-bit words of the digest, the index."""
    if seed < 0 or index < 0:
        raise ValueError(f"seed {seed} and index {index} must not be negative")
    words = [int(specification_digest[start : start + 8], 16) for start in range(0, 64, 8)]
    return [seed, *words, index]


def generator(seed: int, specification_digest: str, index: int) -> np.random.Generator:
    """The random stream of one chain or sample."""
    return np.random.default_rng(np.random.SeedSequence(entropy(seed, specification_digest, index)))
