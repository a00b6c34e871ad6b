"""Whatever is damaged in a declaration is refused in a sentence that begins with its file, or is harmless.

`pytest tests/unit/test_mutants.py --mutants 10000` tries so many, `python tests/mutants.py --seed 3 --count 1000` those
of another seed.
"""

from collections import Counter

import mutants


def test_damaged_declarations_never_end_in_a_traceback(pytestconfig):
    found = mutants.trials(seed=20, count=pytestconfig.getoption("mutants"))
    counted = Counter(what for what, _ in found)
    assert [said for what, said in found if what == "traceback"] == []
    assert counted["refused"] > 0.3 * len(found) and counted["accepted"] > 0.1 * len(found)
