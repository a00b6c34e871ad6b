"""The benchmarks run: every row at a tiny size. Nothing is said about how fast."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"
sys.path.insert(0, str(BENCH))

from rows import ROWS  # noqa: E402
from run import chosen, processor  # noqa: E402

COLUMNS = "row size ours peer peer_name unit ratio_min ratio_median ratio_max at_least goal".split()
ALONE = {"modes-look", "modes-large", "spectrum", "start-help", "start-modes", "waves"}
"""Rows that have no peer."""


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """(what the command said, its lines by row, the page that it filled in)."""
    folder = tmp_path_factory.mktemp("bench")
    page = folder / "page.md"
    known = f"### {processor()}; 2020-02-02\n\nold\n\n### abacus, 7 beads; 1600-01-01\n\nkept"
    page.write_text(f"before\n<!-- table -->\n{known}\n<!-- end of table -->\nafter\n")
    command = [sys.executable, BENCH / "run.py", "--tiny", "--csv", folder / "table.csv", "--markdown", page]
    done = subprocess.run(command, capture_output=True, text=True)
    with (folder / "table.csv").open() as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        lines = {line["row"]: line for line in reader}
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, lines, page.read_text()


@pytest.mark.parametrize("name", ROWS)
def test_row_runs_at_a_tiny_size(table, name):
    said, lines, _ = table
    skipped = re.search(rf"^{name}:\d+ skipped: (.*)$", said, re.MULTILINE)
    if skipped:
        pytest.skip(skipped[1])
    line = lines[name]
    assert float(line["ours"]) > 0 and line["unit"]
    if name in ALONE:
        assert line["peer"] == line["ratio_median"] == ""
        return
    assert float(line["peer"]) > 0 and line["peer_name"]
    low, middle, high = (float(line[f"ratio_{which}"]) for which in ("min", "median", "max"))
    assert 0 < low <= middle <= high


def test_page_holds_the_table_between_its_marks(table):
    _, lines, page = table
    assert page.startswith("before\n<!-- table -->\n") and page.endswith("<!-- end of table -->\nafter\n")
    assert "old" not in page and "### abacus, 7 beads; 1600-01-01\n\nkept\n<!-- end" in page
    assert page.count(f"### {processor()}; ") == 1 and all(f"| {row} |" in page for row in lines)


def test_unknown_row_is_refused():
    with pytest.raises(SystemExit, match="no row 'warp'; there are: md-ka"):
        chosen(["warp"], everything=False, tiny=False)


def test_long_sizes_run_only_when_named_or_all_are_asked_for():
    usual, everything = (chosen([], which, tiny=False) for which in (False, True))
    assert ("modes-large", 64000) in everything and ("modes-large", 64000) not in usual
    assert chosen(["modes-large:64000"], everything=False, tiny=False) == [("modes-large", 64000)]
    assert set(usual) < set(everything) and {name for name, _ in everything} == set(ROWS)
    assert set(ROWS) - {name for name, _ in usual} == {"irreversible-0.45", "irreversible-0.40", "irreversible-0.35"}
