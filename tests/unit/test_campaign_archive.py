"""What goes into the archive: the tables of one commit."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import gather
from glassworks.campaign.products.sums import read_list, sum_of
from glassworks.campaign.products.tables import read_table, write_table

ONE, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """archive(commits of the parts of each table) writes such tables and archives them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gather, "raw_tables", lambda campaign, paper: ["glasses", "moduli"])

    def made(*commits: list[str]) -> list:
        for table, of_parts in zip(("glasses", "moduli"), commits, strict=True):
            path = tmp_path / f"results/toy/tables/pinching/{table}.parquet"
            record = {"sources": {"git_commits": of_parts}}
            write_table(path, pd.DataFrame({"sample": [0, 1], "pressure": [1 / 3, 2 / 3]}), record)
        return gather.archive(SimpleNamespace(products="results/toy"), SimpleNamespace(name="pinching"))

    return made


@pytest.mark.parametrize("commits", [([ONE], [ONE]), ([ONE], []), ([""], [""])])
def test_tables_of_one_commit_are_archived(archive, commits):
    paths = archive(*commits)
    assert [path.name for path in paths] == ["glasses.parquet", "moduli.parquet"]
    assert read_table(paths[0])["pressure"].tolist() == pytest.approx([1 / 3, 2 / 3], rel=2.0**-14)


def test_numbers_are_rounded_to_their_bits():
    values = np.array([1 / 3, -1e-13, 0.0, 1e30, np.nan, np.inf, -np.inf])
    found = gather.rounded(values, 14)
    assert found.dtype == np.float32 and np.array_equal(np.isnan(found), np.isnan(values))
    finite = np.isfinite(values)
    np.testing.assert_allclose(found[finite], values[finite], rtol=2.0**-14)
    assert np.isinf(found[5:]).all() and found[2] == 0.0
    bits = found[finite].view(np.uint32) & 0x007FFFFF
    assert not (bits & (2**10 - 1)).any()  # of 24 bits ten are zero


def test_rounded_tables_are_a_third_as_large(archive, tmp_path):
    random, path = np.random.default_rng(1), tmp_path / "modes-plain.parquet"
    rows = pd.DataFrame({"frequency": random.gamma(4.0, size=20000), "residual": 1e-15 * random.random(20000)})
    write_table(path, rows, {})
    small = rows.assign(**{name: gather.rounded(rows[name].to_numpy(), 14) for name in rows})
    write_table(tmp_path / "modes-small.parquet", small, {}, small=True)
    assert (tmp_path / "modes-small.parquet").stat().st_size < path.stat().st_size / 3
    pd.testing.assert_frame_equal(read_table(tmp_path / "modes-small.parquet"), small)


@pytest.mark.parametrize(
    "commits, said",
    [
        (
            ([ONE, OTHER], [ONE]),
            "glasses.parquet: an archive is of one commit, but these tables are of 2: aaaaaaaaaaaa, b",
        ),
        (([ONE], [OTHER]), "moduli.parquet: an archive is of one commit, but these tables are of 2: "),
        (
            ([ONE], ["", ONE]),
            "moduli.parquet: an archive is of one commit, but these tables are of 2: aaaaaaaaaaaa, none",
        ),
        (([ONE], [ONE + "+"]), "moduli.parquet: parts were made by a tree that differs from its commit, aaaaaaaaaaaa"),
    ],
)
def test_tables_of_several_commits_are_refused_before_anything_is_written(archive, tmp_path, commits, said):
    with pytest.raises(ConfigurationError) as refusal:
        archive(*commits)
    assert said in str(refusal.value)
    assert not (tmp_path / "results/archive").exists()


def test_tables_come_back_byte_for_byte(archive, tmp_path):
    archived = archive([ONE], [ONE])
    folder = tmp_path / "results/from-archive/tables/pinching"
    for path in archived:
        gather.restore(path, folder / path.name)
    for path in archived:
        assert (folder / path.name).read_bytes() == path.read_bytes()
    assert read_list(folder) == {path.name: {sum_of(path)} for path in archived}


def test_a_damaged_table_does_not_come_back(archive, tmp_path):
    path = archive([ONE], [ONE])[0]
    pq.write_table(pq.ParquetFile(path).read().take([1, 0]), path)
    said = "glasses.parquet: is damaged; restore it from the repository, or archive a run"
    with pytest.raises(ConfigurationError, match=said):
        gather.restore(path, "results/from-archive/tables/pinching/glasses.parquet")
    assert not (tmp_path / "results/from-archive").exists()
