"""Commands for one's own samples: `glassworks import`, `measure` and `export`; they work in any folder."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated

import typer

Read = Annotated[Path, typer.Argument(help="extended XYZ, LAMMPS data or dump, GSD, H5MD, or what ASE reads")]
Model = Annotated[str | None, typer.Option(help="name of a model, or a file <model>.yaml of one's own")]
Species = Annotated[
    list[str] | None,
    typer.Option(help="<name in the file>=<size λ, or a species of the model>; once for each species"),
]
Frame = Annotated[int, typer.Option(help="of a file of several; -1 is the last")]
Form = Annotated[str | None, typer.Option("--format", help="where a file's name and beginning do not tell its format")]
Style = Annotated[str, typer.Option("--units", help="LAMMPS' units of the file")]
Length = Annotated[float, typer.Option(help="the model's λ in the file's units")]
Energy = Annotated[float, typer.Option(help="the model's ε in the file's units")]
Mass = Annotated[float, typer.Option(help="the model's m in the file's units")]
Unwrapped = Annotated[bool, typer.Option("--unwrapped", help="particles were followed out of the box")]


def in_a_line(command: Callable) -> Callable:
    """What a person mistyped, or what their file lacks, is one line; so is a warning."""

    @wraps(command)
    def wrapped(*given, **options):
        def said(message, *_):
            print(message, file=sys.stderr)

        try:
            with warnings.catch_warnings():
                warnings.showwarning = said
                return command(*given, **options)
        except (ValueError, RuntimeError, FileNotFoundError) as error:
            sys.exit(str(error))

    return wrapped


def _glass(path: Path, model: str | None, species, units: tuple, frame: int, form: str | None, unwrapped: bool):
    from glassworks.campaign import samples
    from glassworks.exchange import Units

    if model is None:
        return samples.measured_again(path)
    return samples.take(path, model, species or (), Units(*units), frame, form, unwrapped)


@in_a_line
def take(
    path: Read,
    model: Model,
    into: Annotated[Path | None, typer.Option(help="default: <name>.glass.h5 in this folder")] = None,
    species: Species = None,
    frame: Frame = -1,
    form: Form = None,
    style: Style = "lj",
    length: Length = 1.0,
    energy: Energy = 1.0,
    mass: Mass = 1.0,
    unwrapped: Unwrapped = False,
) -> None:
    """Makes a glass of somebody's file: relaxed to its minimum where it is none, which is said, with how far.

    Sizes: --species says them; without it the file's own diameters (or radii) count, or the one size of the model.
    """
    from glassworks.campaign import samples

    glass = _glass(path, model, species, (style, length, energy, mass), frame, form, unwrapped)
    target = into or Path(f"{path.name.split('.')[0]}.glass.h5")
    samples.keep(glass, target)
    print(f"{target}: {glass}")
    print(glass.origin)


@in_a_line
def measure(
    path: Read,
    modes: Annotated[int, typer.Option(help="softest vibrational modes", min=0)] = 30,
    dipoles: Annotated[int, typer.Option(help="pinched pairs", min=0)] = 0,
    softspots: Annotated[int, typer.Option(help="pinches that the search for soft spots starts from", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="of what is drawn at random")] = 0,
    into: Annotated[Path | None, typer.Option(help="default: <name>, beside which .moduli.csv and others are")] = None,
    model: Model = None,
    species: Species = None,
    frame: Frame = -1,
    form: Form = None,
    style: Style = "lj",
    length: Length = 1.0,
    energy: Energy = 1.0,
    mass: Mass = 1.0,
    unwrapped: Unwrapped = False,
) -> None:
    """Pressure, moduli and modes of a glass; dipole responses and soft spots where asked for.

    Writes <into>.moduli.csv, .modes.csv, ..., and <into>.fields.h5, the vectors on the particles, for `export`. With
    --model, any file that `import` reads will do.
    """
    from glassworks.campaign import samples

    glass = _glass(path, model, species, (style, length, energy, mass), frame, form, unwrapped)
    stem = into or Path(path.name.split(".")[0])
    tables, fields = samples.measure(glass, modes, dipoles, softspots, seed)
    print(glass)
    print(tables["moduli"].to_string(index=False))
    for name, table in tables.items():
        table.to_csv(f"{stem}.{name}.csv", index=False)
        print(f"{stem}.{name}.csv: {len(table)} rows")
    if fields:
        samples.keep(glass, Path(f"{stem}.fields.h5"), fields)
        print(f"{stem}.fields.h5: {', '.join(f'{len(each)} {name}s' for name, each in fields.items())}")


@in_a_line
def export(
    source: Annotated[Path, typer.Argument(help="a file of ours (.h5, .parquet), or with --set an ensemble's folder")],
    target: Annotated[Path, typer.Argument(help="*.xyz, *.data, *.dump, *.gsd, *.h5, *.csv; with --set a folder")],
    sample: Annotated[int | None, typer.Option(help="one of several (default: all)")] = None,
    field: Annotated[list[str] | None, typer.Option(help="names of fields, or how they begin (default: all)")] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="the same samples before: displacements are a field too")
    ] = None,
    form: Form = None,
    frames: Annotated[bool, typer.Option("--frames", help="a frame for each vector field, drawn as arrows")] = False,
    learning: Annotated[
        bool, typer.Option("--set", help="train.xyz, validation.xyz and test.xyz of an ensemble")
    ] = False,
    seed: Annotated[int, typer.Option(help="of the division of --set")] = 0,
) -> None:
    """Writes liquids, glasses, modes, soft spots and other fields, and tables, in formats that other programs read.

    Vectors are columns of extended XYZ, LAMMPS dump and GSD; --frames makes one frame of each, which OVITO shows as
    arrows. A .parquet table becomes CSV, with <target>.columns.csv beside it.
    """
    from glassworks.campaign import exporting

    if learning:
        counts = exporting.export_set(source, target, field[0] if field else None, seed)
        print(f"{target}: {', '.join(f'{count} in {name}.xyz' for name, count in counts.items())}; split.csv")
    elif source.suffix == ".parquet":
        print(f"{target}: {exporting.export_table(source, target)} rows")
    else:
        count = exporting.export(source, target, sample, field or (), start, form, frames)
        print(f"{target}: {count} frames")
