"""Random streams depend on the campaign's seed, the specification and the index, and on nothing else."""

import io
import tokenize

import numpy as np
import pytest

from glassworks.campaign.protocols import LIQUID_STAGES, TAGS
from glassworks.campaign.seeds import canonical, digest, entropy, generator
from glassworks.campaign.stages import KINDS, PACKAGE, STAGES, imported, normalized, stage_digest
from glassworks.liquid_observables import LIQUID_OBSERVABLES
from glassworks.observables import OBSERVABLES

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


SOURCE = '''
"""Module."""
import math


def f(x):
    """Twice."""
    # a remark
    return 2 * x  # another # one


TEXT = "# not a remark"
'''


def test_comments_and_docstrings_do_not_count():
    plain = 'import math\ndef f(x):\n    return 2 * x\nTEXT = "# not a remark"\n'
    assert normalized(SOURCE) == normalized(plain)
    assert normalized(plain.replace("2 * x", "3 * x")) != normalized(plain)


LAYOUT = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


def words(source: str) -> list[str]:
    """What Python's own tokenizer finds in a source, without layout, comments and strings that are whole statements."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    kept = []
    for before, token, after in zip([tokens[-1], *tokens], tokens, [*tokens[1:], tokens[0]], strict=False):
        alone = before.type in (tokenize.ENDMARKER, *LAYOUT) and after.type in (tokenize.NEWLINE, tokenize.COMMENT)
        if token.type not in LAYOUT and not (token.type == tokenize.STRING and alone):
            kept.append("".join(token.string.split()))
    return kept


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_but_comments_and_docstrings_is_left_out(path):
    assert words(normalized(path.read_text())) == words(path.read_text())
    assert not [line for line in normalized(path.read_text()).split("\n") if line.lstrip().startswith("# ")]


def test_every_stage_has_a_digest_with_its_version():
    for name, stage in STAGES.items():
        assert stage_digest(name).startswith(f"{stage.version}-")
    assert stage_digest("measure", "modes") != stage_digest("measure", "dipoles")
    assert stage_digest("equilibrate", "swap") != stage_digest("equilibrate", "cooling")


def test_a_kind_follows_what_it_imports_and_nothing_else():
    def names(stage: str, kind: str) -> set[str]:
        return {str(path.relative_to(PACKAGE)) for path in imported(KINDS[stage][kind])}

    swap = names("equilibrate", "swap")
    assert {"liquids/swap_kernel.py", "liquids/xoshiro.py", "models/potentials.py", "configurations/box.py"} <= swap
    assert not swap & {"liquids/dynamics.py", "liquids/cooling.py", "minimize/methods.py"}
    assert "liquids/dynamics_kernel.py" in names("equilibrate", "cooling")
    assert "vibrations/dissection.py" in names("measure", "softspots")


def test_every_kind_of_job_is_known():
    assert set(KINDS["measure"]) == set(OBSERVABLES) and set(KINDS["observe"]) == set(LIQUID_OBSERVABLES)
    assert {*KINDS["equilibrate"], *LIQUID_STAGES} == set(TAGS)  # which have stages of their own
