"""Any pair energy as a table of r and φ, with a spline of piecewise polynomials through its rows.

The spline runs through φ at y = (r/λ)², the variable in which kernels take derivatives: these are then derivatives of
the polynomials themselves, without a root or the chain rule, whose terms cancel where φ is steep. What is C² or C⁴ in y
is so in r, and the error falls with the same power of the spacing, the fourth (cubic) or the sixth (quintic). Where the
polynomials meet is chosen by `scipy.interpolate.make_interp_spline` ("not a knot" at both ends).

Nearer than the first row the energy goes on as a parabola in y with the same value, force and stiffness, repulsive as
far as the table is so at its begin. That is no part of the table: a person's configuration with such a pair is refused
(:func:`glassworks.configurations.check_fit`), and a hot liquid sees a soft core there.

Kernels are told of a table by an array where other kinds have eight floats. Numbers of an array can be unpacked just as
those of a tuple, so that kernels of both are compiled from the same formulas, apart. The array (n,) holds

    y_0, places per y, places, rows      where rows begin and how they are found: see :func:`row_under`
    a row of eight for each polynomial   y_k, φ, φ', φ''/2, … φ⁽⁵⁾/120 there, y_{k+1}; the first for y below the table
    places                               where in the array the row begins that an equal part of y begins in
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

import numpy as np
from numba import njit, types
from numba.extending import overload
from pydantic import Field, ValidationInfo, computed_field, model_validator

from glassworks.models.declarations import plain_text
from glassworks.models.pairs import Energies, constant, polynomial
from glassworks.models.strict import Strict

if TYPE_CHECKING:  # jobs of other energies start without it
    from scipy.interpolate import PPoly

DEGREES = {"cubic": 3, "quintic": 5}
FEWEST = 20
"""Rows: fewer cannot show whether they are those of a smooth curve."""

ZERO, VANISHING = 1e-8, 1e-4
"""What counts as nothing at the end of a table, of the largest value in the outer half of its range: an energy, and a
derivative of it, which is known from few rows there."""

ROUGH, FLAT = 0.25, 1e-2
"""By how much of their size derivatives may differ that a row more or less decides on, and the size, of the largest in
the outer half, that counts where they are smaller."""
AROUND, ENDS = 4, 3
"""Rows on both sides that the size is taken from, and rows (of every second) at the ends that are not asked."""

HEAD, ROW = 4, 8
MOST_PLACES = 16
"""Places for each row at most, where rows are unequally far apart."""


class Line(NamedTuple):
    """A row of a table, and where it stands."""

    where: str
    distance: float
    energy: float


class Potential(Strict):
    """A table.

    Attributes:
        file: two columns, r in λ and φ in ε; relative to the model's file, or of a model made by hand to the working
            folder.
        rows: the same by hand; after reading, those of the file.
        spline: `cubic`, twice continuously differentiable, or `quintic`, four times.
        truncation: `shift` subtracts the last energy; `smooth` a polynomial in r² (:func:`smoothed`), so that all
            derivatives which the spline has vanish at the last row; `as_given` subtracts nothing.
        energies: of a binary mixture; all 1 unless given.
    """

    kind: Literal["table"]
    file: Annotated[str | None, Field(min_length=1, exclude=True)] = None
    rows: Annotated[list[Annotated[list[float], Field(min_length=2, max_length=2)]] | None, Field(exclude=True)] = None
    spline: Literal["cubic", "quintic"] = "cubic"
    truncation: Literal["as_given", "shift", "smooth"] = "shift"
    energies: Energies | None = None

    @model_validator(mode="after")
    def tabulated(self, info: ValidationInfo) -> Self:
        """The rows of the file, if they are those of a smooth curve that ends."""
        if (self.file is None) == (self.rows is None):
            raise ValueError("a table has either a file or rows; allowed: one of file, rows")
        if self.file is None:
            lines = [Line(f"rows[{k}]", *row) for k, row in enumerate(self.rows)]
        else:
            lines = read_lines((info.context or {}).get("folder", Path()) / self.file, self.file)
        check_lines(lines, self.file or "rows")
        self.__dict__["rows"] = [[line.distance, line.energy] for line in lines]
        check_smooth(lines, self.spline, self.file)
        if self.truncation == "as_given" and not abs(lines[-1].energy) <= (least := ZERO * outer_size(lines)):
            raise ValueError(
                f"{lines[-1].where}: {lines[-1].energy:g}: the energy does not end at zero; allowed: up to "
                f"{least:.1g}, or truncation: shift or smooth"
            )
        return self

    @computed_field
    @property
    def sha256(self) -> str:
        """Of the numbers of the table, which stands for them in what an ensemble is made from: neither the file's name
        nor how it is written counts."""
        return hashlib.sha256(np.array(self.rows, dtype="<f8").tobytes()).hexdigest()

    @property
    def first_distance(self) -> float:
        """The first distance of the table, in λ."""
        return self.rows[0][0]

    @cached_property
    def curve(self) -> PPoly:
        """φ as polynomials of y."""
        y, energy = nodes(self.rows)
        if self.truncation == "smooth":
            energy = smoothed(y, energy, DEGREES[self.spline])
        elif self.truncation == "shift":
            energy = energy - energy[-1]
        return pieces(y, energy, DEGREES[self.spline])

    def coefficients(self) -> tuple[float, np.ndarray]:
        """x_c, the last distance, and the array for kernels."""
        return self.rows[-1][0], packed_rows(self.curve)

    def continuous_derivatives(self) -> int:
        """As many as the spline has, and as vanish at the last row (:data:`VANISHING`)."""
        most, y = DEGREES[self.spline] - 1, self.curve.x
        if self.truncation == "smooth":
            return most
        outer = y[y >= (0.5 * (self.rows[0][0] + self.rows[-1][0])) ** 2]
        for order in range(1, most + 1):
            sizes = np.abs(self.curve.derivative(order)(outer))
            if not sizes[-1] <= VANISHING * sizes.max():
                return order - 1
        return most

    def smoother(self, least: int) -> str:
        """What is to be declared for `least` continuous derivatives, or first for them, in words."""
        return "spline: quintic" if least >= DEGREES[self.spline] else "truncation: smooth"


def read_lines(path: Path, shown: str) -> list[Line]:
    """The rows of a file: two numbers each, apart by a comma or blanks; what follows `#` is a comment.

    Raises:
        ValueError: no such file, or a line that is none of these (says which).
    """
    try:
        text = plain_text(path)
    except ValueError as problem:
        raise ValueError(f"{shown}: {problem}; allowed: a text file with two columns, r and φ") from None
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].replace(",", " ").split()
        if not words:
            continue
        where = f"{shown}: line {number}"
        try:
            distance, energy = map(float, words)
        except ValueError:
            raise ValueError(
                f"{where}: {line.strip()[:40]!r}; allowed: two numbers, r and φ, or a comment after #"
            ) from None
        found.append(Line(where, distance, energy))
    return found


def check_lines(lines: list[Line], shown: str) -> None:
    """Refuse too few rows, and numbers that are none, not positive or not ascending; raises ValueError."""
    if len(lines) < FEWEST:
        raise ValueError(f"{shown}: has {len(lines)} rows; allowed: {FEWEST} or more")
    before = 0.0
    for where, distance, energy in lines:
        if not (isfinite(distance) and isfinite(energy)):
            raise ValueError(f"{where}: {distance:g}, {energy:g}: not finite; allowed: finite numbers")
        if not distance > 0.0:
            raise ValueError(f"{where}: r = {distance:g}; allowed: distances above 0")
        if not distance > before:
            raise ValueError(f"{where}: r = {distance:g} follows {before:g}; allowed: ascending distances")
        before = distance


def outer_size(lines: list[Line]) -> float:
    """The largest |φ| in the outer half of the range."""
    middle = 0.5 * (lines[0].distance + lines[-1].distance)
    return max(abs(line.energy) for line in lines if line.distance >= middle)


def check_smooth(lines: list[Line], spline: str, file: str | None) -> None:
    """Refuse rows of which single ones decide on the derivatives that the spline promises.

    A spline through every second row is held against that through all, at the rows left out: of a smooth curve that is
    finely enough tabulated they agree. Noise of a size σ (digits that are missing, a sampled energy) differs by about
    σ/h^m in the m-th derivative at a spacing h, a mistyped row by its whole mistake.

    Raises:
        ValueError: a derivative differs by more than :data:`ROUGH` of its size in the rows around; says where.
    """
    y, energy = nodes([[line.distance, line.energy] for line in lines])
    degree = DEGREES[spline]
    every, second = pieces(y, energy, degree), pieces(y[::2], energy[::2], degree)
    asked = np.arange(2 * ENDS + 1, len(y) - 2 * ENDS - 1, 2)
    outer = y >= (0.5 * (lines[0].distance + lines[-1].distance)) ** 2
    for order in range(2, degree):
        whole = every.derivative(order)(y)
        size = np.abs(whole)
        local = np.array([size[max(k - AROUND, 0) : k + AROUND + 1].max() for k in asked])
        differ = np.abs(second.derivative(order)(y[asked]) - whole[asked])
        rough = differ / np.maximum(local, FLAT * size[outer].max())
        if (worst := rough.max(initial=0.0)) > ROUGH:
            line, name = lines[asked[rough.argmax()]], ("second", "third", "fourth")[order - 2]
            remedy = "more digits, or rows that suit a smooth curve" + (" (or spline: cubic)" if order > 2 else "")
            raise ValueError(
                f"{line.where}: r = {line.distance:g}: without every second row the {name} derivative differs by "
                f"{100 * worst:.0f} % here; allowed: up to {100 * ROUGH:.0f} %: {remedy}"
            )


def nodes(rows: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """y and φ of rows, each (n,)."""
    distance, energy = np.array(rows).T
    return distance * distance, energy


def pieces(y: np.ndarray, energy: np.ndarray, degree: int) -> PPoly:
    """The spline through energies (n,) at y (n,), as polynomials between different ends."""
    from scipy.interpolate import PPoly, make_interp_spline

    found = PPoly.from_spline(make_interp_spline(y, energy, degree))
    wide = np.diff(found.x) > 0.0
    return PPoly(found.c[:, wide], np.append(found.x[:-1][wide], found.x[-1]))


def smoothed(y: np.ndarray, energy: np.ndarray, degree: int) -> np.ndarray:
    """Energies (n,) less the polynomial in y, of a degree one lower than the spline's, that has its value and
    derivatives at the end. The spline through what is left is that through all less the polynomial."""
    end = pieces(y, energy, degree)
    taylor, factorial = [], 1.0
    for order in range(degree):
        factorial *= max(order, 1)
        taylor.append(end.derivative(order)(y[-1]) / factorial)
    return energy - np.polynomial.polynomial.polyval(y - y[-1], taylor)


def packed_rows(curve: PPoly) -> np.ndarray:
    """The array for kernels, of a spline in y (see the top of this file)."""
    y = curve.x
    rows = np.zeros((len(y), ROW))
    rows[1:, 0], rows[1:, 1 : len(curve.c) + 1], rows[1:, -1] = y[:-1], curve.c[::-1].T, y[1:]
    rows[-1, -1] = np.finfo(float).max
    rows[0, 0], rows[0, 1:4], rows[0, -1] = y[0], rows[1, 1:4], y[0]
    span = y[-1] - y[0]
    places = int(np.clip(np.ceil(span / np.diff(y).min()), len(y), MOST_PLACES * len(y)))
    within = np.searchsorted(y, y[0] + span / places * np.arange(places), side="right")
    begin = HEAD + ROW * np.clip(within - 1, 1, len(y) - 1)  # one before, as the parts of y are rounded
    return np.concatenate([[y[0], places / span, places, len(rows)], rows.ravel(), begin])


def row_under(table, y):
    """Where in the array the row of y begins: the first for y below the table, the last for what lies beyond or is no
    number; and of a register, one for each lane (:mod:`glassworks.lanes`)."""
    place = (y - table[0]) * table[1]
    if place < 0.0:
        return np.uint64(HEAD)
    if not place < table[2]:
        return np.uint64(HEAD) + np.uint64(ROW) * (np.uint64(table[3]) - np.uint64(1))
    row = np.uint64(table[np.uint64(HEAD) + np.uint64(ROW) * np.uint64(table[3]) + np.uint64(place)])
    while y >= table[row + np.uint64(ROW - 1)]:
        row += np.uint64(ROW)
    return row


@overload(row_under)
def row_under_number(table, y):
    return row_under if isinstance(y, types.Number) else None


def entry(table, row, column):
    """A number of a row; and of a register's rows, one for each lane."""
    return table[row + np.uint64(column)]


@overload(entry)
def entry_of_number(table, row, column):
    return entry if isinstance(row, types.Integer) else None


def tabulated(table, y):
    """φ and its derivatives with respect to y, of a table.

    In kernels of other kinds, where eight floats stand for the table, :func:`untabulated` takes its place in a branch
    that is never gone: it costs no time there, and next to none to compile.
    """
    row = row_under(table, y)
    a, b, c = entry(table, row, 1), entry(table, row, 2), entry(table, row, 3)
    d, e, f = entry(table, row, 4), entry(table, row, 5), entry(table, row, 6)
    t = y - entry(table, row, 0)
    f0 = polynomial(t, (a, b, c, d, e, f))
    f1 = polynomial(t, (b, 2.0 * c, 3.0 * d, 4.0 * e, 5.0 * f))
    f2 = polynomial(t, (2.0 * c, 6.0 * d, 12.0 * e, 20.0 * f))
    f3 = polynomial(t, (6.0 * d, 24.0 * e, 60.0 * f))
    return f0, f1, f2, f3, polynomial(t, (24.0 * e, 120.0 * f))


def untabulated(table, y):
    nothing = constant(nan, y)
    return nothing, nothing, nothing, nothing, nothing


@overload(tabulated)
def choose_tabulated(table, y):
    return tabulated if isinstance(table, types.Array) else untabulated


@njit(inline="always")
def terms(coefficients, y):
    """φ and its derivatives with respect to y = (r/λ)²."""
    return tabulated(coefficients, y)
