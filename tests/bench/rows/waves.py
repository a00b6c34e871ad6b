"""Products of a Hessian with eight vectors, and eight waves followed until they are dead."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import systems
from protocol import Goals, Line, Peers, Row, seconds

from glassworks.models import load_model
from glassworks.vibrations import assemble, bonds
from glassworks.vibrations.filters import WIDTH, Operator
from glassworks.vibrations.waves import autocorrelations, images, plane_wave, polarizations, wave_vector

PASSES = 20
STEP, SPEED = 0.045, 4.0
WAVELENGTH = 50.0
"""In mean distances: ω ≈ 0.12 c_T/a₀."""
FLOOR = 0.15


class Products(Row):
    """Seconds of a product for a vector: eight at a time against SciPy's rows, one at a time and eight."""

    name, unit, tiny, rounds = "products", "s", 400, 5
    sizes: ClassVar = {25600: Goals(), 102400: Goals(3.0)}

    def setup(self) -> None:
        model = load_model("ipl-2d")
        self.here = systems.glass(model, self.size, 2.0)
        matrix = assemble(bonds(model.interaction, self.here), self.size)
        self.operator, self.rows = Operator(matrix, self.here), matrix.tocsr()
        fields = [
            plane_wave(self.here, wave_vector(self.here, numbers), e, sine)
            for numbers in images((max(1, round(self.size**0.5 / WAVELENGTH)), 0))
            for e in polarizations(wave_vector(self.here, numbers))
            for sine in (False, True)
        ]
        self.fields = np.stack(fields, axis=1)
        self.block = self.fields.reshape(-1, 2, WIDTH)[self.operator.order].reshape(-1, WIDTH)
        self.out = np.zeros_like(self.block)
        self.operator.step(1.0, 0.0, 0.0, self.block, self.out)
        ours = np.empty_like(self.out).reshape(-1, 2, WIDTH)
        ours[self.operator.order] = self.out.reshape(-1, 2, WIDTH)
        assert np.allclose(ours.reshape(-1, WIDTH), self.rows @ self.fields, atol=1e-9 * abs(self.rows).max())

    def ours(self) -> float:
        def work() -> None:
            for _ in range(PASSES):
                self.operator.step(1.0, 0.0, 0.0, self.block, self.out)

        return seconds(work) / (PASSES * WIDTH)

    def peers(self) -> Peers:
        one = np.ascontiguousarray(self.fields[:, 0])
        return {
            "SciPy CSR, one vector": lambda: seconds(lambda: [self.rows @ one for _ in range(PASSES)]) / PASSES,
            "SciPy CSR, eight": lambda: (
                seconds(lambda: [self.rows @ self.fields for _ in range(PASSES)]) / (PASSES * WIDTH)
            ),
        }


class EightWaves(Products):
    """Eight waves of ω ≈ 0.12 c_T/a₀ in a glass as it was cast, until the transverse ones are dead."""

    name, rounds = "waves", 1
    sizes: ClassVar = {102400: Goals()}

    def setup(self) -> None:
        super().setup()
        autocorrelations(self.operator, self.fields, STEP, 8)  # compiles

    def ours(self) -> float:
        k = np.linalg.norm(wave_vector(self.here, (max(1, round(self.size**0.5 / WAVELENGTH)), 0)))
        period = round(2.0 * np.pi / (SPEED * k * STEP))

        def dead(so_far: np.ndarray) -> bool:
            last = so_far[-period:, [2, 3, 6, 7]].mean(axis=1)
            return len(so_far) > 2 * period and abs(last).max() < FLOOR

        found = []
        spent = seconds(lambda: found.append(autocorrelations(self.operator, self.fields, STEP, 40000, dead)))
        self.products = len(found[0]) // 2
        return spent

    def peers(self) -> Peers:
        return {}

    def also(self) -> list[Line]:
        return [self.line(self.products, "products", Goals(), f"{self.name}-products")]
