"""Finds and reads the model files."""

import os
from pathlib import Path

import yaml

from glassworks.models.specification import Model


def config_folder() -> Path:
    """The campaign's `config` folder: `$GLASSWORKS_CONFIG`, else the working folder's, else this checkout's."""
    chosen = os.environ.get("GLASSWORKS_CONFIG")
    if chosen:
        return Path(chosen)
    here = Path("config")
    return here if (here / "models").is_dir() else Path(__file__).resolve().parents[3] / "config"


def model_names(folder: Path | None = None) -> list[str]:
    """The models that the campaign knows, sorted."""
    return sorted(path.stem for path in ((folder or config_folder()) / "models").glob("*.yaml"))


def load_model(name: str, folder: Path | None = None) -> Model:
    """Read the model `name` from `config/models/<name>.yaml`.

    Raises:
        ValueError: no such model (the message lists those that exist).
        pydantic.ValidationError: the file says something that a model cannot mean.
    """
    path = (folder or config_folder()) / "models" / f"{name}.yaml"
    if not path.is_file():
        raise ValueError(f"no model {name!r}; allowed: {', '.join(model_names(folder))}")
    return Model(name=name, **yaml.safe_load(path.read_text()))
