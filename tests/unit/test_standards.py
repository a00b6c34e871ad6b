"""What catalogs, archives and people who cite look for at the root, and that it says what is there."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_the_root_only_includes_the_workflow():
    lines = (line for line in (ROOT / "Snakefile").read_text().splitlines() if line and not line.startswith("#"))
    assert list(lines) == ['include: "workflow/Snakefile"']


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
