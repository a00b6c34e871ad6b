"""Samples by hand, on the command line: somebody's own file becomes a glass and is measured; what our files hold.

A glass by hand is an H5MD file with its model in an attribute; so are products of a campaign, whose model stands in
`specification.json` beside them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from glassworks import hdf5
from glassworks.campaign.jobs.kept import read_arrays
from glassworks.campaign.planned.finding import FILE
from glassworks.configurations import Configuration, read_frames, write_frames
from glassworks.exchange import Units
from glassworks.exchange.columns import spread
from glassworks.models import Model, load_model
from glassworks.notebook import Glass, Origin

MODEL, UNITS, ORIGIN = "model", "units", "origin"
"""Attributes of a glass by hand."""


class Refused(ValueError):
    """What a person asked for cannot be done; one sentence."""


# ---- taking a file


def take(
    path: Path,
    model: str,
    species: Iterable[str] = (),
    units: Units | None = None,
    frame: int = -1,
    form: str | None = None,
    unwrapped: bool = False,
) -> Glass:
    """A glass from anybody's file (:meth:`glassworks.notebook.Glass.from_file`); `species` as name=size."""
    told = dict(_pair(each) for each in species) or None
    return Glass.from_file(path, load_model(model), told, frame=frame, form=form, units=units, unwrapped=unwrapped)


def _pair(text: str) -> tuple[str, str]:
    name, equals, size = text.partition("=")
    if not equals or not name or not size:
        raise Refused(f"--species {text}: allowed: <name in the file>=<size>, or <name>=<name of the model's species>")
    return name, size


def keep(glass: Glass, path: Path, fields: Mapping[str, np.ndarray] | None = None) -> None:
    """Write a glass by hand, with fields on its particles, so that :func:`kept` finds all of it again."""
    attributes = {MODEL: json.dumps(whole(glass.model))}
    if glass.origin:
        units = glass.origin.units
        attributes[ORIGIN] = str(glass.origin)
        attributes[UNITS] = json.dumps([units.style, units.length, units.energy, units.mass])
    columns = spread(fields or {}, *glass.original.positions.shape, glass.held if fields else None)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        write_frames(
            unfinished, [glass.original], [0], {name: each[None] for name, each in columns.items()}, attributes
        )
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def whole(model: Model) -> dict:
    """Everything that makes a model, so that it can be read where its file is not; of a table its rows."""
    told = model.model_dump(mode="json")
    if rows := getattr(model.potential, "rows", None):
        told["potential"] |= {"rows": rows}
        told["potential"].pop("sha256")
    return told


# ---- what is in a file of ours


@dataclass
class Kept:
    """Frames of one of our files, and what is known of their particles.

    Attributes:
        fields: of each frame, by name.
        held: of each frame, the particles that its fields are of, or None for all.
    """

    configurations: list[Configuration]
    samples: list[int]
    fields: list[dict[str, np.ndarray]]
    held: list[np.ndarray | None]
    model: Model | None = None
    units: Units = field(default_factory=Units)

    def masses(self, number: int) -> np.ndarray | None:
        return None if self.model is None else self.model.masses_of(self.configurations[number].diameters)


def kept(path: Path) -> Kept:
    """What one of our files holds: a glass by hand, a block of liquids or glasses, or arrays kept beside glasses.

    Raises:
        Refused: it is none of these.
    """
    try:
        with hdf5.opened(path) as file:
            configurations = "particles/all" in file  # arrays may have the name particles too
            attributes = {name: str(file.attrs[name]) for name in (MODEL, UNITS) if name in file.attrs}
            ours = not configurations or "particles/all/diameter" in file
    except (OSError, ValueError) as problem:
        raise Refused(f"{path}: cannot be read ({problem})") from None
    if not ours:
        raise Refused(f"{path}: has no diameters; allowed: files of ours, or `glassworks import` before")
    model = Model.model_validate_json(attributes[MODEL]) if MODEL in attributes else _planned_model(path)
    units = Units(*json.loads(attributes[UNITS])) if UNITS in attributes else Units()
    if configurations:
        frames, samples, arrays = read_frames(path)
        fields = [
            {name: each[k] for name, each in arrays.items() if _on(each[k], here)} for k, here in enumerate(frames)
        ]
        return Kept(frames, list(samples), fields, [None] * len(frames), model, units)
    return _beside(path, model)


def _on(field: np.ndarray, here: Configuration) -> bool:
    """Whether an array is a field on the particles."""
    return field.ndim in (1, 2, 3) and len(here) in field.shape[:2]


def _beside(path: Path, model: Model | None) -> Kept:
    """Arrays that an observable kept, on the glasses (or liquids) beside them."""
    homes = [path.parent / name for name in ("glass.h5", "liquid.h5")]
    home = next((each for each in homes if each.is_file()), None)
    if home is None:
        raise Refused(f"{path}: there is no glass.h5 or liquid.h5 beside it; allowed: arrays of a campaign")
    frames, samples, _ = read_frames(home)
    where = {int(sample): frame for sample, frame in zip(samples, frames, strict=True)}
    found = Kept([], [], [], [], model)
    for sample, arrays in read_arrays(path)[0].items():
        here, particles = where[sample], arrays.get("particles")
        count = len(here) if particles is None else len(particles)
        fields = {
            name: each
            for name, each in arrays.items()
            if name != "particles" and each.ndim in (1, 2, 3) and count in each.shape[:2]
        }
        if fields:
            found.configurations.append(here)
            found.samples.append(sample)
            found.fields.append(fields)
            found.held.append(particles)
    if not found.samples:
        raise Refused(f"{path}: holds no field on particles")
    return found


def _planned_model(path: Path) -> Model | None:
    """The model of a product of a campaign, from its folder; None where that does not say."""
    try:
        told = json.loads((path.resolve().parent.parent / FILE).read_text(encoding="utf-8"))
        return Model.model_validate({"description": "", "sources": {}, **told["specification"]["model"]})
    except (OSError, LookupError, ValueError):
        return None


# ---- measuring


def measure(glass: Glass, modes: int, pinches: int, starts: int, seed: int) -> tuple[dict[str, pd.DataFrame], dict]:
    """Moduli, and what else is asked for: tables by name, and fields on the particles that are no rattlers."""
    tables, fields = {"moduli": moduli_table(glass)}, {}
    if modes:
        found = glass.modes(modes, seed)
        tables["modes"] = pd.DataFrame(
            {
                "mode": np.arange(modes),
                "frequency": found.frequencies,
                "frequency_in_units": found.frequencies * _units(glass).frequency,
                "participation": found.participation,
                "residual": found.residuals,
            }
        )
        fields["mode"] = found.vectors
    if pinches:
        response = glass.pinch(pinches, seed)
        names = ("frequency", "stiffness", "distance", "participation")
        tables["dipoles"] = pd.DataFrame({"pair": response.pairs} | {name: getattr(response, name) for name in names})
    if starts:
        spots = glass.softspots(starts, seed, min(modes, 10))
        columns = {"spot": np.arange(len(spots.frequency)), "frequency": spots.frequency}
        columns |= dict(zip("xyzw", spots.centers.T, strict=False))
        columns |= {name: getattr(spots, name) for name in ("participation", "core", "gradient", "hits")}
        tables["softspots"] = pd.DataFrame(columns)
        fields["spot"] = spots.vectors
    return tables, fields


def _units(glass: Glass) -> Units:
    return glass.origin.units if glass.origin else Units()


def moduli_table(glass: Glass) -> pd.DataFrame:
    """Pressure and moduli in the model's units and in the file's: a row a quantity."""
    found, units, d = glass.moduli(), _units(glass), glass.configuration.box.dimension
    rows = {name: getattr(found, name) for name in ("pressure", "shear", "shear_born", "shear_nonaffine", "bulk")}
    rows |= {"bulk_born": found.bulk_born, "bulk_nonaffine": found.bulk_nonaffine}
    rows |= {f"shear_plane_{k}": value for k, value in enumerate(found.planes)}
    values = np.array(list(rows.values()))
    return pd.DataFrame({"quantity": list(rows), "value": values, "in_units": values * units.pressure(d)})


def measured_again(path: Path) -> Glass:
    """The glass in one of our files of one frame, to be measured.

    Raises:
        Refused: several frames, or a file that does not say its model.
    """
    found = kept(path)
    if found.model is None or len(found.configurations) != 1:
        what = "does not say its model" if found.model is None else f"holds {len(found.configurations)} frames"
        raise Refused(f"{path}: {what}; allowed: what `glassworks import` wrote, or any file with --model")
    glass = Glass(found.model, found.configurations[0])
    glass.origin = Origin(str(path), found.units, 0.0)
    return glass
