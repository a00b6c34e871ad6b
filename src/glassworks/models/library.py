"""Finds and reads the model files."""

import os
from pathlib import Path

from pydantic import ValidationError

from glassworks.models.declarations import declared_names, read_declaration
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
    return declared_names((folder or config_folder()) / "models")


def load_model(name: str, folder: Path | None = None) -> Model:
    """Read the model `name` from `config/models/<name>.yaml`; or from a file of one's own, `<folders>/<name>.yaml`.

    Raises:
        ValueError: no such model (the message lists those that exist), or the file says something that a model cannot
            mean (a sentence each, with file and key).
    """
    path, known = (folder or config_folder()) / "models" / f"{name}.yaml", model_names(folder)
    if name.endswith(".yaml"):
        path, name = Path(name), Path(name).stem
    elif name not in known:
        allowed = f"{', '.join(known)}, or a model's file, <name>.yaml"
        raise ValueError(f"no model {name!r}{suggestion(name, known)}; allowed: {allowed}")
    content = read_declaration(path, str(path))
    try:
        return Model.model_validate({"name": name, **content}, context={"folder": path.parent})
    except ValidationError as error:
        raise ValueError("\n".join(sentences(Model, error, str(path)))) from None
