"""One driver at a time: a second Snakemake in the same folder is refused, and what a killed one left locked is
freed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

from glassworks.campaign.errors import ConfigurationError

FOLDER = Path(".snakemake")
LOCK = FOLDER / "glassworks.lock"


def hold(folder: Path = Path()) -> IO[str]:
    """Hold this folder for as long as the returned file stays open; the system lets go of it when the process dies.

    Snakemake's own lock outlives a driver that was killed. Whoever holds this one knows that no driver lives, so it
    removes
    what is left of that.

    Raises:
        ConfigurationError: another driver holds the folder; the message names its process.
    """
    path = folder / LOCK
    path.parent.mkdir(exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        file.seek(0)
        raise ConfigurationError(
            f"{folder.resolve().name}: process {file.read().strip() or 'unknown'} already drives a campaign "
            "in this folder; wait for it, or end it, and type the command again"
        ) from held
    shutil.rmtree(folder / FOLDER / "locks", ignore_errors=True)
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
