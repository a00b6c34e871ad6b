"""How every script of `scripts/` runs: errors that a person caused are one line, everything else keeps its
traceback.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from glassworks.campaign.declared.campaign import find_root
from glassworks.campaign.declared.errors import ConfigurationError
from glassworks.campaign.jobs.progress import heartbeat


def parser(description: str) -> argparse.ArgumentParser:
    """A parser that shows the script's own text."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def block(text: str) -> int:
    """The number of a block: 0, 1, 2, …; raises argparse's error for anything else."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: is the number of no block; allowed: 0, 1, 2, …")
    return int(text)


def add_planned(options: argparse.ArgumentParser, each: str | None = None) -> None:
    """The options that the workflow adds to a simulation job's command; `each` = "+" for a job of several products."""
    options.add_argument("--seed", type=int, help="campaign seed (default: that of config/config.yaml)")
    options.add_argument(
        "--expect", metavar="DIGEST", nargs=each, help="refuse to run unless the specification has this digest"
    )


def add_scale(options: argparse.ArgumentParser) -> None:
    """The options that choose between the tables of scales and of the archive."""
    options.add_argument("--scale", help="scale (default: that of config/config.yaml)")
    options.add_argument("--tables", choices=["computed", "archive"], help="computed (default) or archive")


def of_results(given: argparse.Namespace, stage: str, *parts: object) -> str:
    """What a job that makes results calls itself."""
    where = "from-archive" if given.tables == "archive" else given.scale
    return " ".join(map(str, filter(None, (stage, where, *parts))))


def run(work: Callable[[], None], job: str) -> None:
    """Runs a script's work in the campaign's folder, with a heartbeat from the first moment: `job` is its name.

    Pictures must not depend on the settings of whoever starts a job, nor a job on whether matplotlib can read them.
    """
    os.environ |= {"MATPLOTLIBRC": os.devnull, "MPLBACKEND": "agg"}
    try:
        os.chdir(find_root())
        with heartbeat(job, 0):
            work()
    except (ConfigurationError, FileNotFoundError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(f"{job}: told to stop")
