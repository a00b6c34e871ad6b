"""The saddle on the edge of home's basin, where a glass that is pulled leaves it.

Of two points close together one comes home and the other does not: between them runs the edge of home's basin, the
stable manifold of a saddle. Both go downhill along it until they separate; then the segment between them is bisected,
and they go on from there (edge tracking: Skufca, Yorke & Eckhardt, Phys. Rev. Lett. 96, 174101 (2006)). Where they
linger, the saddle is near, and steps that go up along the lowest eigenvector of the Hessian M and down along all others
finish (Cerjan & Miller, J. Chem. Phys. 75, 2800 (1981)): with one eigenvalue negative they are Newton's, M⁻¹ F. How
many there are tells the factor of each step. No energy or force decides whether a step was good, because forces grow
on the way up from a basin, and jump in slope where spheres begin to touch: steps shrink where they turn back.

Pulled points themselves are no place to begin: they lie hundreds of times as high as the saddle, and FIRE, whose
velocities carry it over edges, leads away from where the steepest way down leads home. So a pull tells where to, and
the edge is sought on the straight line from home to its destination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from glassworks.configurations import Configuration, force_state
from glassworks.landscape.pulling import HOME, Puller
from glassworks.landscape.slopes import FollowedForces
from glassworks.landscape.transitions import SAME, Change, centered, distance
from glassworks.liquids.memory import NOTHING, Memory
from glassworks.models.potentials import Interaction
from glassworks.vibrations import Bonds, assemble, backbone, bonds
from glassworks.vibrations.factorization import without_translation
from glassworks.vibrations.interior import Shifted

NARROW = 1e-3
"""Distance of two points on both sides of the edge, beside how far they are from home, with which they begin to go."""
WIDE = 20.0
"""How many times that they may be apart where they stop."""
FIRST_STRETCH, STRETCHES = 16, 7
"""Steps downhill after which two points are looked at, and how often these are doubled."""
ROUNDS = 3
"""Stretches of an edge after which it is given up."""
SETTLING = 128
"""Steps as steep as can be, before FIRE tells where a point goes: velocities then carry it over no edge."""
ZERO = 1e-9
"""Eigenvalues count as negative below −ZERO ‖M‖."""
STEPS = 60
"""Towards a saddle at most."""
RADIUS = 0.05
"""The longest step there, |Δr| in λ."""
CONVERGED = 1e-10
"""max_i |F_i|/⟨f⟩ of a saddle, as that of inherent structures."""
SLIDES = 20
"""Steps that rattlers make along their forces in each of these."""
ASIDE = 0.02
"""How far from a saddle, beside its distance from home, it is let go to both sides."""
AT_HOME = 0.02
"""Where it then comes to rest is home, where it is no farther from there, beside the saddle's distance."""


class Valley(Protocol):
    """What is asked of a landscape about home. Points are displacements from it, (N, d)."""

    def home(self, moved: np.ndarray) -> bool:
        """Whether a point comes home."""

    def step(self, moved: np.ndarray) -> float:
        """The longest step along the forces there, in units of displacement over force."""

    def later(self, moved: np.ndarray, step: float, times: int) -> np.ndarray:
        """Where a point is after so many steps along the forces."""


class Edge(NamedTuple):
    """Two points on both sides of the edge of home's basin: `low` comes home, `high` does not."""

    low: np.ndarray
    high: np.ndarray

    @property
    def middle(self) -> np.ndarray:
        return 0.5 * (self.low + self.high)

    @property
    def apart(self) -> float:
        return distance(self.high - self.low)


def along_edge(valley: Valley, edge: Edge, rounds: int = ROUNDS) -> Iterator[Edge]:
    """Pairs of points ever farther along an edge, where they begin to separate."""
    for _ in range(rounds):
        edge = bisected(valley, edge, NARROW * max(distance(edge.low), distance(edge.high)))
        ahead = downhill(valley, edge)
        yield ahead
        low, high = valley.home(ahead.low), valley.home(ahead.high)
        if low != high:
            edge = ahead if low else Edge(ahead.high, ahead.low)
        else:  # one of them crossed the edge on its way
            edge = Edge(ahead.high, edge.high) if low else Edge(edge.low, ahead.low)


def bisected(valley: Valley, edge: Edge, apart: float) -> Edge:
    """An edge between points that are no farther apart."""
    while edge.apart > apart:
        middle = edge.middle
        edge = Edge(middle, edge.high) if valley.home(middle) else Edge(edge.low, middle)
    return edge


def downhill(valley: Valley, edge: Edge) -> Edge:
    """Where both points are, going down as steeply as they can, before they are `WIDE` times as far apart."""
    limit, step = WIDE * edge.apart, valley.step(edge.middle)
    for doubled in range(STRETCHES):
        ahead = Edge(*(valley.later(each, step, FIRST_STRETCH << doubled) for each in edge))
        if ahead.apart > limit:
            break
        edge = ahead
    return edge


class Pulled:
    """The valley of a glass's inherent structure."""

    def __init__(self, puller: Puller, interaction: Interaction):
        self.puller, self.begin = puller, puller.configuration.positions
        self.slope = FollowedForces(interaction, puller.configuration)

    def home(self, moved: np.ndarray) -> bool:
        return self.puller.release(self.later(moved, self.step(moved), SETTLING)).outcome == HOME

    def step(self, moved: np.ndarray) -> float:
        return 1.0 / self.slope.fastest(self.begin + moved) ** 2

    def later(self, moved: np.ndarray, step: float, times: int) -> np.ndarray:
        point = self.begin + moved
        for _ in range(times):
            point += step * self.slope(point)[1]
        return point - self.begin


class Saddle(NamedTuple):
    """Where a search for a saddle ended.

    Attributes:
        moved: displacement from home, (N, d).
        residual: max_i |F_i|/⟨f⟩.
        negative: how many eigenvalues of the Hessian are negative, rattlers left out.
        curvature: its lowest eigenvalue, in ε/λ², and
        direction: the vector of that, normalized, (N, d), zero where particles are rattlers.
    """

    moved: np.ndarray
    residual: float
    negative: int
    curvature: float
    direction: np.ndarray

    @property
    def found(self) -> bool:
        """Whether it is a saddle of first order."""
        return self.residual < CONVERGED and self.negative == 1


def displaced(configuration: Configuration, moved: np.ndarray) -> Configuration:
    """A configuration displaced by (N, d)."""
    return configuration.moved(configuration.box.wrap(configuration.positions + moved))


def saddle_from(interaction: Interaction, configuration: Configuration, moved: np.ndarray) -> Saddle:
    """The saddle to which eigenvectors lead from a displacement (N, d).

    Particles that are rattlers on the way follow their own forces.

    Args:
        configuration: home, rattlers included.

    Raises:
        ArithmeticError: an eigenvalue is zero, or no eigenvector was found; `Unstable` where all are rattlers.
    """
    radius, last = RADIUS, np.zeros_like(moved)
    for count in range(STEPS + 1):
        there = displaced(configuration, moved)
        forces, here = force_state(interaction, there), Held(interaction, there)
        if forces.residual < CONVERGED or count == STEPS:
            break
        step = np.zeros_like(moved)
        step[here.kept] = here.uphill(forces.forces[here.kept])
        radius = min(RADIUS, radius * (0.5 if (step * last).sum() < 0.0 else 1.5))
        step *= min(1.0, radius / distance(step))
        moved, last = slid(interaction, configuration, moved + step, here), step
    values, vectors = here.lowest
    direction = np.zeros_like(moved)
    direction[here.kept] = vectors[:, 0].reshape(-1, moved.shape[1])
    return Saddle(moved, forces.residual, here.negative, float(values[0]), direction)


def slid(interaction: Interaction, configuration: Configuration, moved: np.ndarray, here: Held) -> np.ndarray:
    """Displacements after rattlers have made some steps along their forces."""
    loose = np.setdiff1d(np.arange(len(moved)), here.kept)
    for _ in range(SLIDES if len(loose) else 0):
        moved[loose] += force_state(interaction, displaced(configuration, moved)).forces[loose] / (3.0 * here.stiffest)
    return moved


class Held:
    """The Hessian's factor at a configuration without its rattlers.

    Attributes:
        kept: numbers of the particles that are none.
        negative: how many eigenvalues are negative.
        stiffest: the largest |∂²u/∂r²| of a pair, in ε/λ².
    """

    def __init__(self, interaction: Interaction, configuration: Configuration):
        part, self.kept = backbone(interaction, configuration)
        pairs: Bonds = bonds(interaction, part)
        self.matrix, self.dimension = assemble(pairs, len(part)), part.box.dimension
        self.shifted = Shifted(self.matrix, part.positions, -ZERO * float(abs(self.matrix).sum(axis=0).max()))
        self.negative = self.shifted.below
        squares = (pairs.vectors**2).sum(axis=1)
        self.stiffest = float(abs(2.0 * pairs.derivatives[:, 1] + 4.0 * pairs.derivatives[:, 2] * squares).max())

    def solve(self, b: np.ndarray) -> np.ndarray:
        """M⁻¹ b of (dN,) without translations."""
        return without_translation(self.shifted.solve(without_translation(b, self.dimension)), self.dimension)

    @cached_property
    def lowest(self) -> tuple[np.ndarray, np.ndarray]:
        """The negative eigenvalues, or else the lowest, ascending, and their vectors in columns: of the inverse they
        are the lowest, or else the largest.

        Raises:
            ArithmeticError: they were not found.
        """
        size, which = self.matrix.shape[0], "SA" if self.negative else "LA"
        start = without_translation(np.random.default_rng(0).normal(size=size), self.dimension)
        operator = LinearOperator((size, size), matvec=self.solve, dtype=float)
        try:
            vectors = eigsh(operator, k=max(self.negative, 1), which=which, v0=start, tol=1e-6)[1]
        except ArpackNoConvergence as failure:
            raise ArithmeticError("no direction of lowest curvature was found") from failure
        values = (vectors * (self.matrix @ vectors)).sum(axis=0)
        return values[order := np.argsort(values)], vectors[:, order]

    def uphill(self, forces: np.ndarray) -> np.ndarray:
        """The step (kept, d) up along the lowest eigenvector and down along all others: Newton's, where it alone is
        negative."""
        b = forces.ravel()
        if self.negative == 1:
            return self.solve(b).reshape(forces.shape)
        values, vectors = self.lowest
        along = vectors.T @ b
        wanted = along / abs(values)
        wanted[0] *= -1.0
        return (self.solve(b) + vectors @ (wanted - along / values)).reshape(forces.shape)


NOTHING_FOUND = {
    "saddle": np.nan, "curvature": np.nan, "negative": 0, "distance": np.nan, "beyond": np.nan, "direct": 0,
    "residual": np.nan, "status": "",
}  # fmt: skip
"""What is said where no saddle was found, in the order of the table."""


def saddles_of(
    glass: Any, modes: Mapping[str, np.ndarray], pulls: Mapping[str, np.ndarray], most: int, memory: Memory = NOTHING
) -> dict[str, np.ndarray]:
    """A row for each destination of a glass's pulls: :data:`glassworks.observables.saddles.COLUMNS` and `status`.

    Args:
        glass: a :class:`glassworks.glasses.Glass`.
        modes, pulls: what the observables `selected_modes` and `pulls` found on it.
        most: destinations, of those that the smallest amplitudes lead to.
        memory: keeps what is known after each destination.
    """
    puller = Puller(glass.model.interaction, glass.original, glass.held, float(modes["frequency"][0] ** 2))
    change = Change(glass.model.interaction, glass.original)
    rows: list[dict] = memory.recall() or []
    for row in first_pulls(pulls)[len(rows) : most]:
        known = {name: pulls[name][row] for name in ("destination", "mode", "sign", "amplitude", "barrier")}
        field = np.zeros_like(glass.original.positions)
        field[glass.held] = np.sqrt(len(glass.configuration)) * known["sign"] * modes["vectors"][known["mode"]]
        rows.append(known | NOTHING_FOUND | _between(glass, puller, change, known["amplitude"] * field))
        memory.offer(lambda: rows)
    if not rows:
        whole = dict.fromkeys(("destination", "mode"), -1) | dict.fromkeys(("sign", "amplitude", "barrier"), np.nan)
        rows = [whole | NOTHING_FOUND | {"status": "no pull leads away"}]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def first_pulls(pulls: Mapping[str, np.ndarray]) -> list[int]:
    """Of the pulls to each destination the row of that with the smallest amplitude, by that."""
    order = np.argsort(np.where(pulls["destination"] >= 0, pulls["amplitude"], np.inf), kind="stable")
    firsts: dict[int, int] = {}
    for row in order[: (pulls["destination"] >= 0).sum()]:
        firsts.setdefault(int(pulls["destination"][row]), int(row))
    return list(firsts.values())


def _between(glass: Any, puller: Puller, change: Change, pulled: np.ndarray) -> dict:
    """What is found between home and where a pulled point (N, d) ends."""
    interaction, held = glass.model.interaction, glass.held
    end = puller.release(pulled, certain=True).moved
    valley, said = Pulled(puller, interaction), "no saddle was found"
    for edge in along_edge(valley, Edge(np.zeros_like(end), end)):
        try:
            found = saddle_from(interaction, glass.original, edge.middle)
        except ArithmeticError as failure:
            said = str(failure)
            continue
        if not found.found:
            said = "no saddle was found"
            continue
        far = distance(centered(found.moved[held]))
        ends = [
            centered(puller.release(found.moved + side * ASIDE * far * found.direction, certain=True).moved[held])
            for side in (1.0, -1.0)
        ]
        near, beyond = sorted(ends, key=distance)
        if distance(near) > AT_HOME * far or distance(beyond) <= AT_HOME * far:
            said = "the saddle does not lead home"
            continue
        there = centered(end[held])
        return {
            "saddle": change.to(found.moved)[0], "curvature": found.curvature, "negative": found.negative,
            "distance": far, "beyond": distance(beyond), "residual": found.residual, "status": "ok",
            "direct": int(distance(beyond - there) < SAME * max(distance(beyond), distance(there))),
        }  # fmt: skip
    return {"status": said}
