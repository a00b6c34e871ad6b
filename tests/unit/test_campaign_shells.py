"""The script that runs a campaign inside one allocation, with `snakemake` and `scontrol` played; limits of time."""

import math
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from project import ROOT

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.running.live import STARTED
from glassworks.campaign.running.shells import job_shell, time_limit

STUB = """\
#!/bin/sh
printf '%s\\n' "$@" > "{0}"
"""


@pytest.fixture
def allocation(tmp_path):
    """allocation(environment, *arguments, **variables): what Snakemake is told in such an allocation."""

    def run(environment: str, *arguments: str, **variables: str) -> list[str]:
        program = tmp_path / environment / "bin/snakemake"
        program.parent.mkdir(parents=True)
        program.write_text(STUB.format(tmp_path / "told"))
        program.chmod(0o755)
        given = {"PATH": os.defpath, "SLURM_JOB_ID": "1", **variables}
        script = ROOT / "profiles/slurm-node/run.sh"
        command = ["bash", script, *arguments]
        answer = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
        assert (answer.returncode, answer.stderr) == (0, "")
        return (tmp_path / "told").read_text().splitlines()

    return run


PROFILE = ["--profile", "profiles/slurm-node", "--cores"]


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SLURM_CPUS_ON_NODE": "4", "SLURM_MEM_PER_NODE": "8000"}, ["4", "--resources", "mem_mb=8000"]),
        ({"SLURM_CPUS_ON_NODE": "4", "SLURM_MEM_PER_CPU": "1000"}, ["4", "--resources", "mem_mb=4000"]),
        ({"SLURM_CPUS_ON_NODE": "4"}, ["4"]),
        ({"SLURM_CPUS_ON_NODE": "4", "SLURM_MEM_PER_NODE": "0"}, ["4"]),  # --mem=0: all that the node has
        ({"SLURM_CPUS_PER_TASK": "2", "SLURM_MEM_PER_CPU": "1000"}, ["2", "--resources", "mem_mb=2000"]),
        ({"SLURM_MEM_PER_CPU": "1000"}, ["all"]),
        ({}, ["all"]),
    ],
)
def test_an_allocation_is_used_as_far_as_it_is_known(allocation, variables, told):
    assert allocation(".venv", "a b", "--until", "quench", **variables) == [*PROFILE, *told, "a b", "--until", "quench"]


@pytest.mark.parametrize("relative", [True, False])
def test_the_environment_is_where_uv_puts_it(allocation, tmp_path, relative):
    place = "else where/environment"
    named = place if relative else str(tmp_path / place)
    assert allocation(place, UV_PROJECT_ENVIRONMENT=named) == [*PROFILE, "all"]


# ---- limits of time


def declared(raw: object) -> dict:
    return {"time_limit": SimpleNamespace(raw=raw)}


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [
        (1440, 1440), ("1440", 1440), ("'1440'", 1440), ("2-00:00:00", 2880), ("24:00:00", 1440), ("08:00:00", 480),
        ("30:00", 30), ("1-12", 2160), ("1-12:30", 2190), ("7-00:00:59", 10080), ("infinite", math.inf),
        ("UNLIMITED", math.inf),
    ],
)  # fmt: skip
def test_time_limits_as_slurm_prints_them(raw, minutes):
    assert time_limit(declared(raw)) == minutes


@settings(derandomize=True)
@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_every_time_that_sinfo_prints_is_read(days, hours, minutes, seconds):
    """As `sinfo --format=%l` does: [days-]hours:minutes:seconds, minutes:seconds below an hour."""
    expected = (24 * days + hours) * 60 + minutes
    printed = [f"{days}-{hours:02}:{minutes:02}:{seconds:02}"]
    printed += [f"{hours:02}:{minutes:02}:{seconds:02}"] * (not days)
    printed += [f"{minutes:02}:{seconds:02}", f"{minutes}:{seconds:02}"] * (not days and not hours)
    for raw in printed:
        if expected:
            assert time_limit(declared(raw)) == expected
        else:
            with pytest.raises(ConfigurationError, match="not understood"):
                time_limit(declared(raw))


LIMITS = (
    st.text()
    | st.text("0123456789:-")
    | st.lists(st.sampled_from(["24", ":", "-", "00", "2001-13-45", "infinite", "'", '"', "9" * 5000])).map("".join)
)


@settings(deadline=None, derandomize=True)
@given(LIMITS)
@example("2001-13-45")
@example("9" * 5000)
@example("'24")
def test_any_other_time_limit_is_refused_in_a_sentence(tmp_path_factory, raw):
    """On the command line, and in a profile, whatever YAML would say of it."""
    profile = tmp_path_factory.mktemp("profile") / "config.yaml"
    profile.write_text(f"default-resources:\n  time_limit: {raw}\n", encoding="utf-8", errors="replace")
    for words in ([], ["--profile", str(profile)]):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["snakemake", *words])
            try:
                assert time_limit(declared(raw)) > 0
            except ConfigurationError as refusal:
                assert "allowed: minutes, or D-HH:MM:SS" in str(refusal)


@pytest.mark.parametrize("raw", ["24h", "n/a", "", "None", -5, 0, "00:00:30", "1.5", "1:2:3:4", None])
def test_other_time_limits_are_refused(raw):
    with pytest.raises(ConfigurationError, match=r"time_limit: .*allowed: minutes, or D-HH:MM:SS"):
        time_limit(declared(raw))


def test_no_time_limit_is_none():
    assert time_limit({}) == time_limit(None) == math.inf


@pytest.mark.parametrize(
    ("written", "read", "minutes"),
    [
        ("24:00:00", 86400, 1440),
        ("30:00  # of the partition", 1800, 30),
        ("86400", 86400, 86400),
        ("'12:30:00'", "12:30:00", 750),
    ],
)
def test_a_profile_is_read_as_it_is_written(tmp_path, monkeypatch, written, read, minutes):
    """YAML 1.1 takes numbers between colons for one number to the base of sixty."""
    (tmp_path / "config.yaml").write_text(f"default-resources:\n  mem_mb: 500\n  time_limit: {written}\n")
    monkeypatch.setattr(sys, "argv", ["snakemake", "--profile", str(tmp_path)])
    assert time_limit(declared(read)) == minutes


def test_a_refused_time_limit_names_its_file(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("default-resources:\n  time_limit: 24h\n")
    monkeypatch.setattr(sys, "argv", ["snakemake", f"--profile={tmp_path}"])
    with pytest.raises(ConfigurationError, match=re.escape(f"{tmp_path}/config.yaml: time_limit: 24h: not understood")):
        time_limit(declared("24h"))


# ---- what jobs find in their shell


@pytest.mark.parametrize("place", ["bin", "with space/it's {here}/bin"])
def test_jobs_run_the_drivers_python(tmp_path, monkeypatch, place):
    """Whoever started Snakemake, and whatever the path is called; in an environment of conda's, conda's."""
    program = tmp_path / place / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho this one\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))

    def says(shell: str) -> list[str]:
        command = shell.format() + f"python; echo ${STARTED} $OMP_NUM_THREADS"
        return subprocess.run(
            ["sh", "-c", command], capture_output=True, text=True, env={"PATH": os.defpath}
        ).stdout.splitlines()

    assert says(job_shell(False)) == ["this one", "1 1"]
    assert "this one" not in says(job_shell(True))


def test_an_environment_of_condas_finds_the_library_of_this_clone():
    command = job_shell(True).format() + 'printf %s "$PYTHONPATH"'
    said = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout
    assert said == str(ROOT / "src")
    assert "PYTHONPATH" not in job_shell(False)
