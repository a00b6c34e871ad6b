"""A campaign over somebody's own configurations, and the commands that take, measure and write samples by hand."""

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from glasses import glass
from project import ROOT
from typer.testing import CliRunner

from glassworks.campaign.cli import app
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.exporting import SHARES, part_of
from glassworks.campaign.jobs.common import Job
from glassworks.campaign.jobs.measure import measure
from glassworks.campaign.jobs.prepare import prepare
from glassworks.campaign.jobs.quench import quench
from glassworks.campaign.planned.checks import check_sources
from glassworks.campaign.planned.ensembles import paper_ensembles
from glassworks.campaign.planned.finding import keep
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.products.tables import read_table
from glassworks.exchange import read_snapshot
from glassworks.exchange.writing import write
from glassworks.glasses import Glass

N, COUNT = 200, 4
PAPER = """\
paper: mine
title: My samples
authors: A. Person
reference: none yet
doi: none
groups:
  brought:
    role: samples of my own
    model: ipl-2d
    protocol: {kind: imported, files: [samples/*.data], species: {1: small, 2: large}}
    minimizer: cg
    block_samples: {200: 2}
    observables: {moduli: {}, modes: {count: 8, keep: true}}
scales:
  smoke:
    brought:
      - {n: 200, samples: 4}
figures:
  1: {title: Moduli, tables: [summary]}
"""
MINE = {"papers": "mine", "scale": "smoke"}


@pytest.fixture(scope="module")
def brought(tmp_path_factory) -> Path:
    """A campaign with a group of four files of glasses, one of them moved off its minimum."""
    folder = tmp_path_factory.mktemp("brought")
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "config/papers/mine.yaml").write_text(PAPER)
    (folder / "Snakefile").touch()
    (folder / "samples").mkdir()
    rng = np.random.default_rng(1)
    for k in range(COUNT):
        _, configuration = glass("ipl-2d", N, k + 1)
        if k == 2:
            configuration = configuration.moved(configuration.positions + 1e-4 * rng.normal(size=(N, 2)))
        write(folder / f"samples/{k}.data", configuration)
    return folder


@pytest.fixture
def mine(brought, tmp_path, monkeypatch) -> Path:
    shutil.copytree(brought, tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    return tmp_path / "mine"


def ensemble():
    campaign = load_campaign(MINE)
    [found] = paper_ensembles(campaign, campaign.papers["mine"])
    return campaign, found


def test_moduli_and_modes_are_those_of_the_glasses_that_were_written(mine):
    campaign, found = ensemble()
    check_sources(campaign.papers["mine"], [found])
    keep(campaign.root, [found])
    for block in found.blocks:
        prepare(Job("prepare", scale="smoke"), found.liquid, block)
        quench(Job("quench", scale="smoke"), found, block)
        measure(Job("measure", scale="smoke"), [(found, name) for name in found.observables], block)
    rows = pd.concat([read_table(f"{found.folder(k)}/{found.measured('moduli')}.parquet") for k in found.blocks])
    modes = pd.concat([read_table(f"{found.folder(k)}/{found.measured('modes')}.parquet") for k in found.blocks])
    assert rows["sample"].tolist() == list(range(COUNT)) and set(rows["status"]) == {"ok"}
    for k in range(COUNT):
        known = Glass(*glass("ipl-2d", N, k + 1))
        assert rows["shear"].iloc[k] == pytest.approx(known.moduli().shear, rel=1e-6)
        own = modes[modes["sample"] == k]["frequency"]
        assert own.to_numpy() == pytest.approx(known.modes(8).frequencies, rel=1e-6)
    _exports(mine, found)


def _exports(mine, found):
    """Products of a campaign go into other formats, with kept modes and displacements from the liquids, and in parts
    for learning that no chain is divided between."""
    run, block = CliRunner(), found.folder(1)
    vectors = next(Path(block).glob("modes-*.h5"))
    assert run.invoke(app, ["export", str(vectors), "modes.xyz", "--sample", "3", "--field", "vectors"]).exit_code == 0
    told = Path("modes.xyz").read_text().splitlines()
    assert len(told) == N + 2 and "vectors_7:R:3" in told[1]
    start = f"{found.liquid.folder(1)}/liquid.h5"
    assert run.invoke(app, ["export", f"{block}/glass.h5", "moved.xyz", "--from", start]).exit_code == 0
    rows = np.array([line.split()[-3:] for line in Path("moved.xyz").read_text().splitlines()[2 : N + 2]], dtype=float)
    assert 0 < abs(rows).max() < 1e-2 and not rows[:, 2].any()  # sample 2 was moved off its minimum
    folder = str(Path(block).parent)
    assert run.invoke(app, ["export", folder, "set", "--set", "--field", "modes"]).exit_code == 0
    split = pd.read_csv("set/split.csv")
    assert split["sample"].tolist() == list(range(COUNT))
    for name, part in split.groupby("part"):
        assert Path(f"set/{name}.xyz").read_text().count("Lattice=") == len(part)
    table = next(Path(block).glob("moduli-*.parquet"))
    assert run.invoke(app, ["export", str(table), "moduli.csv"]).exit_code == 0
    assert pd.read_csv("moduli.csv")["shear"].tolist() == read_table(table)["shear"].tolist()
    assert set(pd.read_csv("moduli.csv.columns.csv")["column"]) == set(read_table(table))


def test_a_set_is_divided_by_chains_whatever_else_is_in_it():
    parts = [part_of(chain, 0) for chain in range(4000)]
    assert parts[:100] == [part_of(chain, 0) for chain in range(100)]
    for name, share in SHARES.items():  # five standard errors: fails once in a million seeds, and this seed is fixed
        assert abs(parts.count(name) / 4000 - share) < 5 * (share * (1 - share) / 4000) ** 0.5


def test_files_are_the_identity_of_what_is_imported(mine):
    campaign, before = ensemble()
    keep(campaign.root, [before])
    os.utime("samples/1.data")
    assert ensemble()[1].id == before.id
    text = Path("samples/1.data").read_text()
    Path("samples/1.data").write_text(text + "\n")
    assert ensemble()[1].id != before.id
    with pytest.raises(ValueError, match=r"samples/1\.data: has changed since the campaign was planned"):
        prepare(Job("prepare", scale="smoke"), before.liquid, 0)
    with pytest.raises(ConfigurationError, match=r"\nsamples/1\.data: has changed since .* was begun"):
        Job("prepare", scale="smoke").liquid(before.liquid.id)
    Path("samples/1.data").write_text(text)
    assert ensemble()[1].id == before.id


def broken(text: str, row: int, **changed) -> str:
    """A data file with other words in a row of its particles."""
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("Atoms")) + 2
    words = lines[first + row].split()
    for place, word in changed.items():
        words[int(place[1:])] = word
    lines[first + row] = " ".join(words)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: broken(text, 5, _2="nan"), r"samples/1\.data: particle \d+: its position .* is not finite"),
        (lambda text: broken(text, 5, _2="x"), r"samples/1\.data, line \d+: .*; allowed: id type x y z"),
        (lambda text: broken(text, 5, _1="3"), r"samples/1\.data: species: nothing says what size '3' has"),
        (lambda text: broken(text, 5, _2="99.0"), r"samples/1\.data: particle \d+ at .* lies outside the box"),
        (lambda text: text.replace(f"{N} atoms", "199 atoms"), r"samples/1\.data: has 199 particles; allowed: 200"),
        (lambda text: text.replace("xlo xhi", "nothing"), r"samples/1\.data, line \d+: there is no box"),
    ],
)
def test_bad_files_are_refused_before_anything_runs(mine, change, said):
    path = Path("samples/1.data")
    path.write_text(change(path.read_text()))
    campaign, found = ensemble()
    with pytest.raises(
        ConfigurationError, match=r"config/papers/mine\.yaml: groups\.brought\.protocol\.files: " + said
    ):
        check_sources(campaign.papers["mine"], [found])


def test_missing_files_and_samples_are_refused(mine):
    paper = Path("config/papers/mine.yaml")
    paper.write_text(PAPER.replace("samples: 4}", "samples: 6}"))
    campaign, found = ensemble()
    with pytest.raises(ConfigurationError, match="hold 4 samples, not 6"):
        check_sources(campaign.papers["mine"], [found])
    paper.write_text(PAPER.replace("*.data", "*.dat"))
    with pytest.raises(ConfigurationError, match=r"groups\.brought\.protocol\.files: samples/\*\.dat: no such file"):
        load_campaign(MINE)
    assert load_campaign(MINE | {"tables": "archive"}).papers["mine"].groups["brought"].role


# ---- by hand


def test_three_commands_give_moduli_modes_and_a_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, configuration = glass("ka", 500)
    known = Glass(*glass("ka", 500))
    write("mine.data", configuration)
    run = CliRunner()
    first = run.invoke(app, ["import", "mine.data", "--model", "ka", "--species", "1=small", "--species", "2=large"])
    assert first.exit_code == 0, first.output
    assert "a minimum as it is" in first.output and Path("mine.glass.h5").is_file()
    second = run.invoke(app, ["measure", "mine.glass.h5", "--modes", "30", "--dipoles", "5", "--softspots", "5"])
    assert second.exit_code == 0, second.output
    moduli = pd.read_csv("mine.moduli.csv").set_index("quantity")["value"]
    assert (moduli["shear"], moduli["bulk"]) == pytest.approx((known.moduli().shear, known.moduli().bulk), rel=1e-9)
    assert pd.read_csv("mine.modes.csv")["frequency"].to_numpy() == pytest.approx(known.modes(30).frequencies, rel=1e-8)
    assert len(pd.read_csv("mine.dipoles.csv")) == 5 and len(pd.read_csv("mine.softspots.csv"))
    third = run.invoke(app, ["export", "mine.fields.h5", "mine.xyz", "--field", "mode", "--frames"])
    assert third.exit_code == 0, third.output
    assert Path("mine.xyz").read_text().count("disp:R:3") == 30
    vectors = np.array([line.split()[-3:] for line in Path("mine.xyz").read_text().splitlines()[2:502]], dtype=float)
    assert abs((vectors * known.modes(1).vectors[0]).sum()) == pytest.approx(1.0, abs=1e-6)
    assert (read_snapshot("mine.xyz").positions == configuration.positions).all()


def test_a_glass_by_hand_knows_its_model_where_the_models_file_is_not(tmp_path, monkeypatch):
    """Also one whose energy is a table: what is measured again is the same."""
    monkeypatch.chdir(tmp_path)
    _, configuration = glass("ka", 500)
    r = np.linspace(0.7, 2.5, 400)
    rows = "".join(f"{a!r} {4.0 * (a**-12 - a**-6)!r}\n" for a in map(float, r))
    (tmp_path / "pair.csv").write_text(rows)
    (tmp_path / "tabled.yaml").write_text(
        "description: Lennard-Jones as rows\ndimension: 3\ndensity: 1.2\n"
        "potential: {kind: table, file: pair.csv, truncation: smooth}\nmixture: {kind: monodisperse}\n"
        "time_step: {cold: 0.005, hot: 0.0025, hot_above: 2.0}\nsources: {}\n"
    )
    write("mine.xyz", configuration)
    run = CliRunner()
    first = run.invoke(
        app, ["import", "mine.xyz", "--model", "tabled.yaml", "--species", "H=1.0", "--species", "He=1.0"]
    )
    assert first.exit_code == 0, first.output
    (tmp_path / "tabled.yaml").unlink()
    (tmp_path / "pair.csv").unlink()
    second = run.invoke(app, ["measure", "mine.glass.h5", "--modes", "3"])
    assert second.exit_code == 0, second.output
    assert len(pd.read_csv("mine.modes.csv")) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import", "mine.xyz", "--model", "ka"], "mine.xyz: there is no such file"),
        (["import", "mine.data", "--model", "poly-4d"], "no model 'poly-4d' (did you mean"),
        (["import", "mine.data", "--model", "ka"], "nothing says what size '1' has"),
        (["import", "mine.data", "--model", "ka", "--species", "1"], "--species 1: allowed: <name in the file>=<size>"),
        (["import", "mine.data", "--model", "ka", "--units", "miles"], "units: miles: unknown style"),
        (["measure", "mine.h5"], "mine.h5: cannot be read"),
        (["export", "mine.data", "mine.xyz"], "mine.data: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    write("mine.data", glass("ka", 500)[1])
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code != 0
    [line] = found.output.strip().splitlines()
    assert said in line
