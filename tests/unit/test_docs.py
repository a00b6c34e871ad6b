"""What the pages of `docs/` tell a reader to type runs as it is printed."""

import importlib
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPUTED = ("unreproduced.md", "errata.md")
"""Pages that building the site makes."""
PAGES = sorted(path for path in (ROOT / "docs").glob("*.md"))


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of code of a page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_the_tutorial_runs_as_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    code = blocks(ROOT / "docs/tutorial.md", "python")
    assert len(code) >= 5
    for block in code:
        exec(compile(block, "tutorial.md", "exec"), names)
    assert {"liquid.png", "mode.png", "spot.png", "glass.xyz", "modes.xyz"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert names["spots"].frequency[0] > 0 and len(names["modes"].frequencies) == 20
    assert "ω_g =" in capsys.readouterr().out


def test_ones_own_energies_run_as_printed(capsys):
    models, metal = blocks(ROOT / "docs/own-samples.md", "python")
    names: dict = {}
    exec(compile(models, "own-samples.md", "exec"), names)
    assert names["formula"].range == names["table"].range == 2.5
    exec(compile(metal, "own-samples.md", "exec"), {})
    assert float(capsys.readouterr().out.split()[0]) == pytest.approx(125, abs=15)


def test_the_model_of_the_page_on_own_samples_is_one(tmp_path):
    from glassworks import load_model

    [text] = blocks(ROOT / "docs/own-samples.md", "yaml")
    (tmp_path / "lj.yaml").write_text(text)
    assert load_model(str(tmp_path / "lj.yaml")).dimension == 3


def test_ones_own_samples_are_a_copy_of_a_file_with_another_name(tmp_path, monkeypatch):
    """As the page on them tells it: planned by the study of the samples that ship with the project."""
    from glassworks.campaign.planned.dag import Plan

    shutil.copytree(ROOT / "config", tmp_path / "config")
    shutil.copytree(ROOT / "workflow/report", tmp_path / "workflow/report")
    (tmp_path / "Snakefile").touch()
    monkeypatch.chdir(tmp_path)
    text = Path("config/papers/samples.yaml").read_text()
    Path("config/papers/mine.yaml").write_text(text.replace("paper: samples\n", "paper: mine\nstudy: samples\n"))
    plans = [Plan({"papers": name, "scale": "desk"}).results[name] for name in ("mine", "samples")]
    codes = [[item.code(made.room) for item in made.items()] for made in plans]
    assert codes[0] == codes[1] and plans[0].captions == plans[1].captions == ["workflow/report/samples.yaml"]
    assert [each.id for each in plans[0].ensembles] == [each.id for each in plans[1].ensembles]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_of_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists() or target in COMPUTED, target


def test_files_that_pages_name_are_there():
    for page in PAGES:
        for name in re.findall(r"`((?:config|src|workflow|scripts|tests)/[\w./-]+\.\w+)`", page.read_text()):
            assert "<" in name or (ROOT / name).exists(), f"{page.name}: {name}"


def test_the_site_is_built_without_a_warning(tmp_path, monkeypatch):
    """With the pages that are computed, and the API from the docstrings."""
    pytest.importorskip("mkdocs")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    monkeypatch.chdir(ROOT)
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path / "site"), strict=True))
    assert "soft spots" in (tmp_path / "site/tutorial/index.html").read_text()
    assert "from_file" in (tmp_path / "site/api/index.html").read_text()
    assert "What did not reproduce" in (tmp_path / "site/unreproduced/index.html").read_text()
    assert "Eq. A4" in (tmp_path / "site/errata/index.html").read_text()


def test_errors_of_papers_are_told_with_their_verdicts(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    generated = importlib.import_module("generated")
    erratum = {"place": "Eq. 1", "printed": "a | b", "right": "b", "because": "so", "claims": ["first", "second"]}
    papers = [{"paper": "one", "title": "One", "authors": "A", "reference": "B", "errata": {"sign": erratum}}]
    path = tmp_path / "claims.parquet"
    pd.DataFrame({"paper": ["one"], "claim": ["first"], "verdict": ["contradicted"]}).to_parquet(path)
    page = generated.errata([*papers, {"paper": "two"}], path)
    assert "| Eq. 1 | a \\| b | b | so | `first` (contradicted), `second` |" in page
    assert "(" not in generated.errata(papers, tmp_path / "none").partition("| Eq. 1")[2]
