"""Finds and reads the model files."""

import os
from pathlib import Path

import yaml
from pydantic import ValidationError

from glassworks.models.sentences import sentences, suggestion
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
        ValueError: no such model (the message lists those that exist), or the file says something that a model cannot
            mean (a sentence each, with file and key).
    """
    path = (folder or config_folder()) / "models" / f"{name}.yaml"
    if not path.is_file():
        known = model_names(folder)
        raise ValueError(f"no model {name!r}{suggestion(name, known)}; allowed: {', '.join(known)}")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: holds {type(content).__name__}, but a mapping of keys is expected")
    try:
        return Model.model_validate({"name": name, **content})
    except ValidationError as error:
        raise ValueError("\n".join(sentences(Model, error, str(path)))) from None
