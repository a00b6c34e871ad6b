"""The units that a file counts in, and what the model's ε, λ and m are in them."""

from __future__ import annotations

from dataclasses import dataclass

from ase.calculators.lammps import convert

from glassworks.choices import UNITS


@dataclass(frozen=True)
class Units:
    """What the model's units are in those of a file.

    A file in LAMMPS' `metal` units of argon-like particles has ``Units("metal", length=3.405, energy=0.01032,
    mass=39.948)``: λ in Å, ε in eV, m in g/mol. Products of these three give every other quantity, in a style's own
    unit of it where it has one: pressures in bar, frequencies in 1/ps.

    >>> argon = Units("metal", length=3.405, energy=0.010323, mass=39.948)
    >>> round(argon.pressure(dimension=3), 1), round(argon.frequency, 4)
    (419.0, 0.4637)

    Attributes:
        style: LAMMPS' name of the units.
        length, energy, mass: λ, ε and m of the model in these units.

    Raises:
        ValueError: an unknown style, or a number that is not positive.
    """

    style: str = "lj"
    length: float = 1.0
    energy: float = 1.0
    mass: float = 1.0

    def __post_init__(self):
        if self.style not in UNITS:
            raise ValueError(f"units: {self.style}: unknown style; allowed: {', '.join(UNITS)}")
        for name in ("length", "energy", "mass"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"units: {name}: {getattr(self, name)}; allowed: a positive number")

    def pressure(self, dimension: int) -> float:
        """ε/λ^d in the style's unit of pressure; of two dimensions in its energy over its length squared."""
        plain = self.energy / self.length**dimension
        if self.style == "lj" or dimension != 3:
            return plain
        return plain * self._of_style("energy") / self._of_style("distance") ** 3 / self._of_style("pressure")

    @property
    def frequency(self) -> float:
        """(ε/m)^½/λ in one over the style's unit of time."""
        plain = (self.energy / self.mass) ** 0.5 / self.length
        if self.style == "lj":
            return plain
        speed = (self._of_style("energy") / self._of_style("mass")) ** 0.5
        return plain * speed / self._of_style("distance") * self._of_style("time")

    def _of_style(self, quantity: str) -> float:
        """The style's unit of a quantity in that of SI."""
        return float(convert(1.0, quantity, self.style, "si"))
