"""What catalogs, archives and people who cite look for at the root, and that it says what is there."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from glassworks.campaign import checklist
from glassworks.campaign.planned.loading import load_campaign
from glassworks.campaign.planned.results import Results

ROOT = Path(__file__).resolve().parents[2]


def test_the_root_only_includes_the_workflow():
    lines = (line for line in (ROOT / "Snakefile").read_text().splitlines() if line and not line.startswith("#"))
    include, default = lines
    assert include == 'include: "workflow/Snakefile"' and default.startswith('workflow.default_target = "all"')


def test_the_catalog_finds_what_standardized_usage_needs():
    assert all((ROOT / name).is_file() for name in ("workflow/Snakefile", "config/README.md", "config/config.yaml"))
    words = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in words and "workflow" in words
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(usage["mandatory-flags"]) == {"desc", "flags"}
    deployed = usage["software-stack-deployment"]
    assert set(deployed) == {"conda", "singularity", "singularity+conda"} and deployed["conda"]
    assert {*map(type, deployed.values()), type(usage["report"])} == {bool}
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    assert rules.count("conda:\n") == rules.count("envs/environment.yaml") == rules.count("shell:\n")


CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text())
PAPERS = {path.stem: yaml.safe_load(path.read_text()) for path in (ROOT / "config/papers").glob("*.yaml")}
REPRODUCED = sorted(name for name, paper in PAPERS.items() if paper["doi"].startswith("10."))


def test_the_citation_is_of_its_format_and_of_this_version():
    """By the schema of CFF 1.2.0 that the checker has with it."""
    command = ["check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(ROOT / "CITATION.cff")]
    answer = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (CITED["version"], CITED["license"]) == (project["version"], project["license"])


@pytest.mark.parametrize("name", REPRODUCED)
def test_every_reproduced_work_is_cited_as_its_study_declares_it(name):
    paper = PAPERS[name]
    [work] = [each for each in CITED["references"] if each["doi"] == paper["doi"]]
    assert work["title"].startswith(paper["title"]) and work["notes"].split(",")[0] == name
    authors = ", ".join(f"{each['given-names']} {each['family-names']}" for each in work["authors"])
    assert authors.startswith(paper["authors"])
    assert f"{work['volume']}, {work['start']} ({work['year']})" in paper["reference"]


def test_no_other_work_is_cited():
    assert sorted(each["notes"].split(",")[0] for each in CITED["references"]) == REPRODUCED


def test_the_manifest_for_codecheck_lists_what_the_archive_redraws(monkeypatch):
    monkeypatch.chdir(ROOT)
    campaign = load_campaign({"tables": "archive"})
    text = (ROOT / checklist.FILE).read_text()
    assert text == checklist.codecheck(campaign)
    assert re.match(r"(%YAML 1\.\d\n)?---\n", text)
    content = yaml.safe_load(text)
    assert content["version"].endswith("/spec/config/1.0/")
    assert content["paper"]["authors"] == CITED["authors"] and content["paper"]["title"] == CITED["title"]
    listed = {each["file"] for each in content["manifest"]}
    drawn = {path for paper in campaign.papers.values() for path in Results(campaign, paper, []).drawn_paths}
    assert {path for path in drawn if not path.endswith(".png")} == {
        path for path in listed if not path.endswith(("report.html", "claims.parquet"))
    }
    assert all(each["comment"] for each in content["manifest"])
    assert checklist.COMMAND.removeprefix("uv run ") in (ROOT / "README.md").read_text()


def test_the_recipes_are_of_the_commands_of_the_readme_and_say_that_they_were_not_tried():
    recipe = (ROOT / "envs/Containerfile").read_text()
    command = re.search(
        r"^python3 -m pip install uv && python3 -m uv run snakemake$", (ROOT / "README.md").read_text(), re.M
    )
    install, run = command[0].split(" && ")
    assert f"RUN {install}\n" in recipe
    told = [
        word for name in ("ENTRYPOINT", "CMD") for word in json.loads(re.search(rf"^{name} (.*)$", recipe, re.M)[1])
    ]
    assert " ".join(told) == run
    for text in (recipe, (ROOT / "envs/environment.yaml").read_text().replace("\n# ", " ")):
        assert re.search("not tried", text, re.IGNORECASE)
