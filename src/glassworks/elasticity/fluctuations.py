r"""Shear modulus at finite temperature from fluctuations of the stress.

A box is deformed at constant volume, symmetrically in one plane, by γ. In reduced coordinates the free energy is
F(γ) = −T ln ∫ e^{−U(γ)/T} plus what the momenta give, which no γ changes. Hence

    G V = ∂²F/∂γ² = ⟨U_γγ⟩ − [⟨U_γ²⟩ − ⟨U_γ⟩²] / T.

With (r²)_γ = 2xy and (r²)_γγ = x² + y² a pair contributes U_γ = 2U' xy and U_γγ = 4U'' x² y² + U'(x² + y²). The first
part of U_γγ is the Born term of Tong et al. 2020, Eq. 2; the second is the work of the stress that the body bears
already, −p_virial V, and is missing in their Eq. 1, which therefore leaves the pressure p in the modulus of a liquid.
Their kinetic terms cancel: +2ρT (Eq. 4), −ρT from the momenta's part of the stress fluctuation (Eq. 3), and −ρT with
the rest of p. Momenta are therefore never needed, and

    G = Born + 2ρT − (Var(U_γ)/TV + ρT) − (p_virial + ρT).

The same holds at 45°, x → e^{γ/2} x and y → e^{−γ/2} y, with ½(x² − y²) in place of xy; both are measured, in each
coordinate plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from glassworks.configurations import Configuration
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, bonds


@dataclass(frozen=True)
class FluctuationModulus:
    """The terms of G, each a mean over windows and shears, in ε/λ^d.

    Attributes:
        born: affine part, Eq. 2.
        kinetic: 2ρT, Eq. 4.
        fluctuation: V Var(Σ_xy)/T within a window, its kinetic part ρT included, Eq. 3.
        pressure: p with its kinetic part ρT, the term of the initial stress.
        shears: G of each window and shear, (windows, d(d−1)); rows are windows.
    """

    born: float
    kinetic: float
    fluctuation: float
    pressure: float
    shears: np.ndarray

    @property
    def shear(self) -> float:
        """G."""
        return self.born + self.kinetic - self.fluctuation - self.pressure

    @property
    def printed(self) -> float:
        """Eq. 1 of Tong et al. 2020 as printed, which exceeds G by p."""
        return self.shear + self.pressure


def strain_derivatives(pairs: Bonds) -> np.ndarray:
    """U_γ, the Born part of U_γγ, and its part from the initial stress, for every shear; (3, d(d−1)), in ε."""
    r, (_, u1, u2, _, _) = pairs.vectors, pairs.derivatives.T
    rows = []
    for a, b in combinations(range(r.shape[1]), 2):
        x, y = r[:, a], r[:, b]
        stretch = 0.5 * (x * x + y * y)
        for change in (x * y, 0.5 * (x * x - y * y)):
            rows.append((2.0 * (u1 * change).sum(), 4.0 * (u2 * change**2).sum(), 2.0 * (u1 * stretch).sum()))
    return np.array(rows).T


class StressFluctuations:
    """Instantaneous stresses and Born terms of frames of one size and density, taken one by one.

    Attributes:
        frames: list of (3, d(d−1)) arrays of :func:`strain_derivatives`: as many numbers as shears, however large N.
    """

    def __init__(self, interaction: Interaction):
        self.interaction = interaction
        self.frames: list[np.ndarray] = []

    def add(self, configuration: Configuration, pairs: Bonds | None = None) -> None:
        """Take one more frame."""
        pairs = bonds(self.interaction, configuration) if pairs is None else pairs
        self.frames.append(strain_derivatives(pairs))
        self.volume, self.density = configuration.box.volume, configuration.density

    def modulus(self, temperature: float, window: int | None = None) -> FluctuationModulus:
        """G from fluctuations within windows of `window` successive frames (all frames by default).

        The shorter the window, the fewer of the liquid's fluctuations it holds: G(window) falls from the value of the
        frozen structure to that of equilibrium. Whole windows count; a rest at the end is left out. The variance is
        that within the window, unbiased for independent frames.

        Raises:
            ValueError: fewer than two frames in a window, or fewer frames than a window holds.
        """
        window = len(self.frames) if window is None else window
        if not 2 <= window <= len(self.frames):
            raise ValueError(f"window must be between 2 and the {len(self.frames)} frames, not {window}")
        count = len(self.frames) // window
        kept = np.array(self.frames[: count * window]).reshape(count, window, 3, -1) / self.volume
        first, born, initial = np.moveaxis(kept, 2, 0)
        kinetic = self.density * temperature
        fluctuation = self.volume * first.var(axis=1, ddof=1) / temperature + kinetic
        pressure = kinetic - initial.mean(axis=1)
        shears = born.mean(axis=1) + 2 * kinetic - fluctuation - pressure
        return FluctuationModulus(
            float(born.mean()), 2 * kinetic, float(fluctuation.mean()), float(pressure.mean()), shears
        )
