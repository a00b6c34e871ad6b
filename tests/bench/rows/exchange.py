"""Files of other programs: ours against ASE, which reads and writes most of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

import ase.io
import numpy as np
from ase import Atoms
from protocol import Goals, Line, Peers, Row, seconds

from glassworks.configurations import Box, Configuration
from glassworks.exchange import fitted, read_snapshot
from glassworks.exchange.writing import write
from glassworks.models import load_model

VECTORS = 10


class ReadXyz(Row):
    """Reading extended XYZ: from the file to a configuration of a model, against ASE's reader, which stops at atoms."""

    name, tiny, rounds = "read-xyz", 1000, 3
    sizes: ClassVar = {100_000: Goals(1.0)}

    def setup(self) -> None:
        self.model = load_model("poly-3d")
        box, rng = Box.of(self.model, self.size), np.random.default_rng(1)
        places = rng.random((self.size, 3)) * box.length
        self.here = Configuration(places, self.model.diameters(self.size), box)
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "glass.xyz"
        write(self.path, self.here)
        found = fitted(read_snapshot(self.path), self.model)
        assert (found.positions == self.here.positions).all()
        assert np.allclose(ase.io.read(self.path).positions, self.here.positions, rtol=0, atol=1e-12)
        self.spent: list[float] = []

    def ours(self) -> float:
        self.spent.append(seconds(lambda: fitted(read_snapshot(self.path), self.model)))
        return self.spent[-1]

    def peers(self) -> Peers:
        return {"ASE": lambda: seconds(lambda: ase.io.read(self.path))}

    def also(self) -> list[Line]:
        return [self.line(max(self.spent), "s", Goals(2.0), f"{self.name}-seconds")]


class WriteXyz(ReadXyz):
    """Writing extended XYZ with ten vectors a particle, against ASE's writer, which keeps eight decimals."""

    name = "write-xyz"

    def setup(self) -> None:
        super().setup()
        rng = np.random.default_rng(2)
        self.fields = {f"mode_{k}": rng.normal(size=(self.size, 3)) for k in range(VECTORS)}
        self.atoms = Atoms(f"H{self.size}", self.here.positions, cell=self.here.box.vectors.T, pbc=True)
        for name, field in self.fields.items():
            self.atoms.arrays[name] = field

    def ours(self) -> float:
        self.spent.append(seconds(lambda: write(self.path, self.here, self.fields)))
        return self.spent[-1]

    def peers(self) -> Peers:
        other = self.path.with_suffix(".ase.xyz")
        return {"ASE": lambda: seconds(lambda: ase.io.write(other, self.atoms, format="extxyz"))}

    def also(self) -> list[Line]:
        return [self.line(max(self.spent), "s", Goals(5.0), f"{self.name}-seconds")]
