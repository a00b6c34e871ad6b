"""Finds and reads the model files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


STEPS = {"cold": 0.005, "hot": 0.0025, "hot_above": 1.0}
"""Time steps of molecular dynamics that a model by hand has unless it says others, in λ (m/ε)^½."""


def make_model(
    potential: Mapping[str, Any],
    mixture: Mapping[str, Any],
    density: float | None = None,
    dimension: int = 3,
    *,
    packing_fraction: float | None = None,
    masses: Mapping[str, float] | None = None,
    time_step: Mapping[str, float] = STEPS,
    name: str = "by-hand",
) -> Model:
    """A model from the parameters of a pair energy, or a table of it, as a model's file has them.

    >>> model = make_model({"kind": "lennard_jones", "cutoff": 2.5}, {"kind": "monodisperse"}, density=1.0)
    >>> round(model.range, 2)
    2.5

    Args:
        potential: `kind` and parameters (`config/README.md` has those of each kind). A table is {"kind": "table",
            "rows": [[r, φ], …]} or has a `file`.
        mixture: the same of the sizes.
        density: N/V in λ^-d; or in its place `packing_fraction`.
        masses: of each species, in m.
        time_step: of molecular dynamics.

    Raises:
        ValueError: what a model cannot mean, a sentence each.
    """
    given = {"density": density, "packing_fraction": packing_fraction, "masses": masses}
    content = {
        "name": name, "description": "made by hand", "dimension": dimension, "potential": potential, "mixture": mixture,
        "time_step": time_step, "sources": {}, **{key: value for key, value in given.items() if value is not None},
    }  # fmt: skip
    try:
        return Model.model_validate(content)
    except ValidationError as error:
        raise ValueError("\n".join(sentences(Model, error, name))) from None
