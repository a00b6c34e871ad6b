"""What the commands of `glassworks` have in common: the folder that they work in, and what is asked of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated

import typer

from glassworks.campaign.declared.campaign import find_root
from glassworks.campaign.declared.errors import ConfigurationError

Scale = Annotated[
    str | None, typer.Option(help="smoke, desk, evening, overnight or paper (default: that of config/config.yaml)")
]
Papers = Annotated[list[str] | None, typer.Argument(help="papers (default: those that config/config.yaml lists)")]


def in_campaign(command: Callable) -> Callable:
    """Runs a command in the campaign's folder; what a person mistyped is one line."""

    @wraps(command)
    def wrapped(*given, **options):
        try:
            os.chdir(find_root())
            return command(*given, **options)
        except (ConfigurationError, FileNotFoundError) as error:
            sys.exit(str(error))

    return wrapped
