"""What the workflow tells a job's shell, and what it understands of a profile."""

from __future__ import annotations

import math
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs import killed
from glassworks.campaign.running.live import STARTED

LIBRARY = Path(__file__).resolve().parents[3]
"""The folder that holds the library: `src` of a clone, else that of whatever is installed."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

DECLARED = re.compile(r"""^\s*time_limit:\s*([\w:."'-]+)""", re.MULTILINE)
ALLOWED = "minutes, or D-HH:MM:SS as `sinfo` prints it, or infinite"


def job_shell(own_environment: bool) -> str:
    """What stands before each job's command, as Snakemake formats it (with doubled braces).

    Args:
        own_environment: jobs run in an environment of conda's, whose `python` must stay the first, and which has all
            but this library.
    """
    exports = [f"{name}=1" for name in (*THREADS, STARTED)]
    if not own_environment:
        exports.append(f'PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
    elif LIBRARY.name == "src":
        exports.append(f"PYTHONPATH={shlex.quote(str(LIBRARY))}")
    return f"export {' '.join(exports)}; {killed.SHELL}".replace("{", "{{").replace("}", "}}")


def time_limit(resources: Any) -> float:
    """Minutes that a job may ask for at most: `time_limit` of Snakemake's default resources; infinite without it.

    Raises:
        ConfigurationError: nobody can tell how long that is.
    """
    if not resources or "time_limit" not in resources:
        return math.inf
    given = os.path.expandvars(str(resources["time_limit"].raw)).strip("'\" ")
    for file in _profiles(os.environ.get("SNAKEMAKE_PROFILE", ""), *sys.argv[1:]):
        for written in DECLARED.findall(file.read_text(encoding="utf-8", errors="replace")):
            if _as_yaml(written) == given:
                return _minutes(written.strip("'\""), str(file))  # 24:00:00, which YAML takes for 86400
    return _minutes(given, "command line")


def _as_yaml(written: str) -> str:
    """What YAML takes a time limit for; as it stands where that is no YAML."""
    try:
        return str(yaml.safe_load(written))
    except (yaml.YAMLError, ValueError):  # a date of no calendar
        return written


def _minutes(given: str, source: str) -> float:
    """Minutes of a time limit as SLURM writes it: minutes, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS."""
    if given.lower() in ("infinite", "unlimited"):
        return math.inf
    if re.fullmatch(r"\d{1,9}", given):
        found = int(given)
    elif match := re.fullmatch(r"(?:(\d{1,9})-)?(\d{1,9}(?::\d{1,9}){0,2})", given):
        parts = [int(part) for part in match[2].split(":")]
        if match[1] is None and len(parts) == 2:
            parts = [0, *parts]
        hours, minutes, _ = [*parts, 0, 0][:3]
        found = (int(match[1] or 0) * 24 + hours) * 60 + minutes
    else:
        found = 0
    if not found:
        raise ConfigurationError(f"{source}: time_limit: {given}: not understood; allowed: {ALLOWED}")
    return found


def _profiles(*words: str) -> Iterator[Path]:
    """The profiles that a command line names."""
    for word in words:
        path = Path(word.rpartition("=")[2])
        path = path / "config.yaml" if path.is_dir() else path
        if path.suffix == ".yaml" and path.is_file():
            yield path
