"""The campaign that `config/` declares, and what is asked of it: `planned/loading.py` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from glassworks import observables, watching
from glassworks.campaign.declared.errors import ConfigurationError, unknown
from glassworks.campaign.declared.papers import Paper
from glassworks.campaign.declared.reading import read_yaml
from glassworks.campaign.declared.sections import divided
from glassworks.models import Model
from glassworks.models.declarations import declared_names

MAIN, COMMAND = "config/config.yaml", "command line"
FROM_ARCHIVE = "from-archive"
"""What stands for a scale's name in `results` where tables come from the archive."""
CALIBRATION = "calibration"
"""The folder of `results` that holds what was made with other seeds."""
FOLDERS = (FROM_ARCHIVE, CALIBRATION, "archive", "liquids", "ensembles")
"""Folders of `results` that a scale cannot be named after."""


@dataclass(frozen=True, eq=False)
class Campaign:
    """Everything that is declared, checked and resolved.

    Attributes:
        root: folder that holds `config/`; all product paths are relative to it.
        seed, scale, tables: as in `config/config.yaml` or overridden.
        papers: the papers by name, in the campaign's order; of a job, each read when it is first asked for.
        models: every model that a group of these uses, by name.
        passed_over: why other papers' files could not be read, where that does not matter.
        verdicts: whether the tables are of a scale that promises verdicts; archived ones are.
    """

    root: Path
    seed: int
    scale: str
    tables: str
    papers: Mapping[str, Paper]
    models: dict[str, Model]
    passed_over: list[str] = field(default_factory=list)
    verdicts: bool = True

    @property
    def products(self) -> str:
        """Folder of tables, figures and report, relative to the root."""
        return f"results/{FROM_ARCHIVE if self.tables == 'archive' else self.scale}"


def find_root(start: Path | None = None) -> Path:
    """The nearest folder, from `start` upward, that holds the campaign's configuration."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MAIN).is_file():
            return folder
    raise ConfigurationError(f"{MAIN}: there is no such file in {start} nor in a folder above it")


def scale_names(root: Path) -> list[str]:
    """The scales that have a file, in their `order`; those without one, or that cannot be read, behind them by name."""
    folder = root / "config/scales"
    return sorted(declared_names(folder), key=lambda name: (_order(folder / f"{name}.yaml"), name))


def _order(path: Path) -> float:
    try:
        found = read_yaml(path, path.name).get("order")
    except ConfigurationError:
        return inf
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else inf


def stated(**options: Any) -> dict[str, Any]:
    """The options of a command that were given, as overrides: those that are not None."""
    return {key: value for key, value in options.items() if value is not None}


def resolved_parameters(name: str, given: Mapping[str, Any]) -> dict:
    """What is chosen of an observable, with defaults filled in. A `keep` that is false says nothing, so that tables
    which were made before there were arrays to keep are still what is planned."""
    found = observable_parameters(name, divided(given)[1]).model_dump(mode="json")
    return {key: value for key, value in found.items() if (key, value) != ("keep", False)}


def observable_parameters(name: str, given: Mapping[str, Any]) -> BaseModel:
    """The parameters of an observable with defaults filled in; they were checked when the campaign was loaded."""
    try:
        return observables.load(name).parameters.model_validate(dict(given))
    except (KeyError, ValidationError) as error:
        raise ConfigurationError(f"{name}: {error}") from None


def watcher_parameters(name: str, given: Mapping[str, Any]) -> BaseModel:
    """The same of a watcher."""
    try:
        return watching.load(name).chosen(given)
    except (KeyError, ValidationError) as error:
        raise ConfigurationError(f"{name}: {error}") from None


def chosen_papers(campaign: Campaign, names: Iterable[str]) -> list[Paper]:
    """The papers of these names (all where none is named); raises ConfigurationError for one that is not in the
    campaign.
    """
    names = list(names)
    wrong = [
        unknown(COMMAND, "papers", name, "paper", campaign.papers) for name in names if name not in campaign.papers
    ]
    if wrong:
        raise ConfigurationError([*wrong, *campaign.passed_over])
    return [campaign.papers[name] for name in names or campaign.papers]
