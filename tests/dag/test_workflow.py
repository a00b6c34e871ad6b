"""What Snakemake plans: dry runs of each scale, of the archive, after edits, and refusals before anything starts."""

import re

import pandas as pd
import pytest
from project import ROOT

from glassworks.campaign.planned.dag import Plan
from glassworks.campaign.planned.simulation import SIMULATION
from glassworks.campaign.products.tables import write_table
from glassworks.models.declarations import declared_names

FILE, NODE = ("--snakefile", "workflow/Snakefile"), ("--profile", "profiles/slurm-node")


def counts(said: str) -> dict[str, int]:
    """The job table of a dry run."""
    table = re.search(r"^job +count\n[- ]+\n(.*?)\n\n", said, re.MULTILINE | re.DOTALL)
    assert table, said[-2000:]
    return {name: int(count) for name, count in (line.split() for line in table[1].splitlines())}


def dry(project, *arguments: str) -> dict[str, int]:
    answer = project.snakemake("-n", "--quiet=rules", *arguments)
    assert answer.returncode == 0, answer.stderr[-3000:]
    return counts(answer.stdout + answer.stderr)


@pytest.mark.parametrize("scale", ["smoke", "desk"])
def test_dry_run(project, scale):
    found = dry(project, "pinching", "--config", f"scale={scale}")
    assert found["report"] == found["results_pinching"] == 1
    assert all(found[stage] > 5 for stage in ("equilibrate", "quench", "gather"))
    assert sum(count for name, count in found.items() if name.startswith("measure")) == found["quench"]


def test_without_a_target_everything_is_made_whichever_file_is_asked(project):
    """The root's includes the workflow's, whose default an include would forget."""
    asked = [dry(project, *file, "--config", "scale=smoke", "papers=pinching") for file in ((), FILE, NODE)]
    assert asked[0] == asked[1] == asked[2] and asked[0]["all"] == 1


def test_dry_run_of_the_published_ensembles(project, monkeypatch):
    """Of one paper, in which Snakemake finds the jobs that the plan counts. Its time for a dry run goes with them, so
    that of all papers their number is what is bounded."""
    monkeypatch.chdir(project.folder)
    papers = declared_names(project.folder / "config/papers")
    plan = Plan({"scale": "paper", "papers": ",".join(papers)}, check=False)
    jobs = {
        paper: {
            (stage, made.id, block, made.measured(observable) if SIMULATION[stage].one_observable else "")
            for stage, made, block, observable in plan.jobs([paper])
        }
        for paper in papers
    }
    assert 1000 < sum(map(len, jobs.values())) <= 5000 * len(papers)
    found = dry(project, "--config", "scale=paper", "papers=solidity")
    assert (
        sum(count for name, count in found.items() if name.startswith((*SIMULATION,))) == len(jobs["solidity"]) > 1000
    )


def test_archive_simulates_nothing(project):
    for name in ("glasses", "liquids", "modes"):
        write_table(project.folder / f"results/archive/pinching/{name}.parquet", pd.DataFrame({"sample": [0]}), {})
    found = dry(project, "figures", "--config", "tables=archive", "papers=pinching")
    assert found == {"results_pinching": 1, "report": 1, "figures": 1, "total": 3}


HOSTILE = (
    "$(touch pwned)", "`touch pwned`", "a; touch pwned #", "a' && touch pwned && '", "<img src=x onerror=alert(1)>",
    "{paper}", "-rf", "a b", "a\nb", "._glasses", "Glasses", "glasses (copy)",
)  # fmt: skip


def test_names_of_files_in_the_archive_reach_no_shell(project):
    """What a stranger has put beside tables and is not called as they are comes back neither with them nor by name."""
    for name in ("glasses", "liquids", "modes", *HOSTILE):
        write_table(project.folder / f"results/archive/pinching/{name}.parquet", pd.DataFrame({"sample": [0]}), {})
    tables = "results/from-archive/tables/pinching"
    for name, said in (("glasses", "KeyError: 'group'"), *((name, "No rule to produce") for name in HOSTILE[:2])):
        answer = project.snakemake(
            "--cores", "1", "--config", "tables=archive", "papers=pinching", "--", f"{tables}/{name}.parquet"
        )
        assert answer.returncode == 1 and said in answer.stderr, answer.stderr[-3000:]
    assert {path.stem for path in (project.folder / tables).glob("*.parquet")} == {"glasses", "liquids", "modes"}
    assert not (project.folder / "pwned").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config", "scale=dsk"], "command line: scale: dsk: unknown scale (did you mean desk?); "
            "allowed: smoke, desk, evening, overnight, paper"),
        (["--config", "scael=desk"], "command line: scael: unknown key (did you mean scale?); "
            "allowed: papers, scale, seed, tables"),
        (["--config", "tables=archives"], "command line: tables: archives: unknown (did you mean archive?); "
            "allowed: computed, archive"),
        (["--default-resources", "time_limit=24h"], "command line: time_limit: 24h: not understood; "
            "allowed: minutes, or D-HH:MM:SS as `sinfo` prints it, or infinite"),
        (["--config", "scale="], "command line: scale: is empty; allowed: smoke, desk, evening, overnight, paper"),
        (["--config", "seed=1e3"], "command line: seed: 1000.0: input should be a valid integer"),
        (["--config", "papers=pinching, solidty"], "command line: papers: solidty: unknown paper "
            f"(did you mean solidity?); allowed: {', '.join(declared_names(ROOT / 'config/papers'))}"),
        (["--config", "tables=archive"], "results/archive/pinching: holds no tables; allowed: tables=computed"),
    ],
)  # fmt: skip
def test_mistyped_commands_are_refused_in_one_line(project, arguments, message):
    answer = project.snakemake("-n", *arguments)
    assert answer.returncode == 2
    assert answer.stderr.strip().splitlines()[-1].endswith(message)
    assert "Traceback" not in answer.stderr and "Error" not in answer.stderr


def test_bad_file_is_refused_before_anything_starts(project):
    project.edit("config/papers/pinching.yaml", "      swap_fraction: 0.2", "      swap_fractoin: 0.2")
    answer = project.snakemake("-c1", "--config", "scale=smoke")
    assert answer.returncode == 2
    assert (
        "groups.parents.protocol.swap_fractoin: unknown key (did you mean swap_fraction?); allowed: " in answer.stderr
    )
    assert not (project.folder / "results").exists()


def test_lint_is_clean(project):
    answer = project.snakemake("--lint")
    assert answer.returncode == 0, answer.stdout + answer.stderr
