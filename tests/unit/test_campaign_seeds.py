"""Random streams depend on the campaign's seed, the specification and the index, and on nothing else."""

import numpy as np
import pytest

from glassworks.campaign.planned.seeds import canonical, digest, entropy, generator

CODE = digest({"n": 1000, "temperature": 0.5})


def test_same_stream_again():
    assert np.array_equal(generator(1, CODE, 3).random(8), generator(1, CODE, 3).random(8))


@pytest.mark.parametrize("other", [(2, CODE, 3), (1, digest({"n": 1000, "temperature": 0.55}), 3), (1, CODE, 4)])
def test_another_stream(other):
    assert not np.array_equal(generator(1, CODE, 3).random(8), generator(*other).random(8))


def test_all_of_the_digest_counts():
    """Specifications whose digests differ only in their last digit get different streams."""
    near = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    assert entropy(1, CODE, 0) != entropy(1, near, 0)
    assert len(entropy(1, CODE, 0)) == 10


def test_order_of_keys_does_not_count():
    assert canonical({"a": 1.0, "b": [0.1]}) == canonical({"b": [0.1], "a": 1.0}) == '{"a":1.0,"b":[0.1]}'


def test_not_a_number_is_refused():
    with pytest.raises(ValueError):
        digest({"a": float("nan")})


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="negative"):
        generator(-1, CODE, 0)
