"""What the tests of faults share: the undisturbed tables, and the table of what was seen and lost."""

import re
from collections import Counter
from pathlib import Path

import pytest
from project import CHAIN, ROOT, Toy

HEAD = """\
# Faults

What happens when something goes wrong, as the tests of `tests/faults` saw it. Each breaks a small campaign on purpose,
goes on with the same command, and compares the final tables with those of an undisturbed run, bit for bit. Rows are
written by `uv run pytest -m faults --table docs/faults.md`; "begun again" counts jobs that were cut off or set aside. A
quench keeps no checkpoints, a chain of liquids does: there the test counts its steps, and none was made twice.

| fault | where | what the user saw | what was lost |
|---|---|---|---|
"""


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory) -> Toy:
    """A campaign that nothing happened to."""
    toy = Toy(tmp_path_factory.mktemp("undisturbed"))
    toy.run()
    return toy


@pytest.fixture
def liquid(undisturbed, tmp_path) -> Toy:
    """A campaign that has made its liquid; what is asked for is a block of glasses."""
    [glasses] = undisturbed.folder.glob("results/ensembles/*/00000/glasses.parquet")
    toy = undisturbed.copy(tmp_path / "toy", "results/ensembles", "results/toy")
    toy.paths = [str(glasses.relative_to(undisturbed.folder))]
    return toy


@pytest.fixture(scope="session")
def whole_chain(tmp_path_factory) -> Toy:
    """One chain of liquids that nothing happened to."""
    toy = Toy(tmp_path_factory.mktemp("chain"), ("liquids",), CHAIN)
    toy.run()
    return toy


@pytest.fixture
def chain(whole_chain, tmp_path, monkeypatch) -> Toy:
    """A campaign that has nothing but compiled kernels, whose chain keeps its state whenever it can and waits in its
    middle.
    """
    monkeypatch.setenv("GLASSWORKS_CHECKPOINT_SECONDS", "0")
    toy = whole_chain.copy(tmp_path / "toy", "results/liquids", "results/toy", "at-chain")
    toy.pause("chain")
    return toy


@pytest.fixture
def finished(undisturbed, tmp_path) -> Toy:
    """A campaign that has made everything, to damage."""
    return undisturbed.copy(tmp_path / "toy")


@pytest.fixture
def survived(request, undisturbed, whole_chain):
    """survived(toy, fault, where, said, saw): the final tables are those of the undisturbed run; the table gets a row.

    `saw` is a pattern that what the user saw (`said`) must hold; the row tells the words that match. `jobs` begin once
    without any fault, `again` are those that were begun again because of it, and nothing else may have been; where
    nothing is told, these are the quench, or the chain of liquids. `reference` is the undisturbed run,
    where it is none of those above.
    """

    def check(
        toy: Toy,
        fault: str,
        where: str,
        said: str,
        saw: str,
        jobs: tuple[str, ...] | None = None,
        again: tuple[str, ...] | None = None,
        reference: Toy | None = None,
    ) -> None:
        in_chain = toy.paths == whole_chain.paths
        reference = reference or (whole_chain if in_chain else undisturbed)
        if jobs is None:
            jobs = ("equilibrate", "gather") if in_chain else ("quench",)
        if again is None:
            again = jobs[:1]
        assert toy.began() == Counter(jobs) + Counter(again)
        if toy.paths != reference.paths:  # what the fault was far from has still to be made
            assert toy.tables() == reference.tables(toy.paths)
            toy.paths = reference.paths
            toy.run()
        assert toy.tables() == reference.tables()
        found = Counter(again).items()
        lost = ", ".join(f"{stage} begun again ({count})" for stage, count in found) or "nothing"
        if in_chain:
            assert toy.offers().total() == reference.offers().total()  # nothing was computed twice
            lost = "nothing: " + ", ".join(f"{stage} went on from its checkpoint ({count})" for stage, count in found)
        seen = re.search(saw, said)
        assert seen, f"{saw!r} is not in\n{said[-4000:]}"
        saw = re.sub(r"((?:process|job|-INT) '?)\d+", r"\1<number>", seen[0].replace(str(toy.folder), "").strip())
        row = [fault, where, saw, lost]
        if path := request.config.getoption("--table"):
            write(ROOT / path, row)

    return check


def write(path: Path, row: list[str]) -> None:
    """Puts a row into the table; that of the same fault and place makes room."""
    rows = {}
    for line in path.read_text().splitlines() if path.is_file() else []:
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 4 and cells[0] != "fault":
            rows[cells[0], cells[1]] = cells
    rows[row[0], row[1]] = [re.sub(r"\s+", " ", cell.replace("|", "/")) for cell in row]
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in sorted(rows.values())))
