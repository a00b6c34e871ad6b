"""A configuration: where the particles are, how large, in which box."""

from dataclasses import dataclass, replace

import numpy as np

from glassworks.configurations.box import Box


@dataclass(frozen=True)
class Configuration:
    """N particles in a periodic box.

    Attributes:
        positions: (N, d) float64, C order, inside the box.
        diameters: interaction lengths λ_i, (N,).
        box: the box.

    Raises:
        ValueError: positions or diameters of another shape.
    """

    positions: np.ndarray
    diameters: np.ndarray
    box: Box

    def __post_init__(self):
        positions = np.ascontiguousarray(self.positions, dtype=float)
        if positions.ndim != 2 or positions.shape[1] != self.box.dimension:
            raise ValueError(f"positions must have shape (N, {self.box.dimension}), not {positions.shape}")
        diameters = np.asarray(self.diameters, dtype=float)
        if diameters.shape != (len(positions),):
            raise ValueError(f"diameters must have shape ({len(positions)},), not {diameters.shape}")
        object.__setattr__(self, "positions", self.box.wrap(positions))
        object.__setattr__(self, "diameters", np.ascontiguousarray(diameters))

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def density(self) -> float:
        return len(self) / self.box.volume

    def moved(self, positions: np.ndarray) -> "Configuration":
        """The same particles at other positions."""
        return replace(self, positions=positions)

    def deformed(self, gradient: np.ndarray) -> "Configuration":
        """Every point r moved affinely to F r, and the box with them.

        Args:
            gradient: F, (d, d), upper triangular (:meth:`Box.deformed`).

        Raises:
            ValueError: see :meth:`Box.deformed`.
        """
        gradient = np.asarray(gradient, dtype=float)
        return replace(self, positions=self.positions @ gradient.T, box=self.box.deformed(gradient))

    def repeated(self, times: tuple[int, ...]) -> "Configuration":
        """Copies side by side, `times[k]` of them along box vector k, in the box that they fill, one after another."""
        h, d = self.box.vectors, self.box.dimension
        copies = np.array(list(np.ndindex(*times)))
        positions = (copies @ h.T)[:, None] + self.positions
        return Configuration(
            positions.reshape(-1, d), np.tile(self.diameters, len(copies)), Box.of_vectors(h * np.array(times))
        )


def first_lost(*arrays: np.ndarray) -> int | None:
    """The first particle of which one of the arrays (N, d) holds a number that is not finite, or None."""
    finite = np.logical_and.reduce([np.isfinite(rows).all(axis=1) for rows in arrays])
    return None if finite.all() else int(finite.argmin())
