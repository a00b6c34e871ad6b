"""Geometric nested dissection: an elimination order for the Hessian, taken from where the particles are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit


@dataclass
class Node:
    """A set of particles eliminated together, after those of its children.

    Attributes:
        members: particle numbers, in elimination order.
        children: the parts that these members separate (none for a leaf).
        begin: place of the first member in the elimination order.
        border: places of all later particles that the subtree below touches, ascending.
    """

    members: np.ndarray
    children: list[Node] = field(default_factory=list)
    begin: int = 0
    border: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def end(self) -> int:
        return self.begin + len(self.members)


@njit(cache=True)
def touching(start, partner, members, mark, other):
    """Which members have a neighbor whose mark is `other`."""
    out = np.zeros(members.shape[0], dtype=np.bool_)
    for a in range(members.shape[0]):
        i = members[a]
        for slot in range(start[i], start[i + 1]):
            if mark[partner[slot]] == other:
                out[a] = True
                break
    return out


def halves(positions: np.ndarray, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split a set at the median of the coordinate in which it is longest."""
    points = positions[members]
    order = np.argsort(points[:, np.argmax(np.ptp(points, axis=0))], kind="stable")
    return members[order[: len(members) // 2]], members[order[len(members) // 2 :]]


def dissect(positions: np.ndarray, start: np.ndarray, partner: np.ndarray, leaf: int) -> list[Node]:
    """The elimination tree of a contact graph, children before parents; the last node is the root.

    A set is cut in half in space; the separator is the smaller of the two sets of particles that touch the other half
    (through the periodic box too). The pieces are cut again until they hold at most `leaf` particles.

    Args:
        positions: (N, d).
        start, partner: the graph in compressed rows.
    """
    mark = np.zeros(len(positions), dtype=np.int64)
    marks = iter(range(1, 4 * len(positions) + 8))
    nodes: list[Node] = []

    def split(members: np.ndarray) -> Node:
        if len(members) <= leaf:
            node = Node(members)
        else:
            sides = halves(positions, members)
            names = next(marks), next(marks)
            for side, name in zip(sides, names, strict=True):
                mark[side] = name
            walls = [touching(start, partner, sides[a], mark, names[1 - a]) for a in (0, 1)]
            chosen = int(walls[1].sum() < walls[0].sum())
            rest = sides[chosen][~walls[chosen]]
            parts = [part for part in (rest, sides[1 - chosen]) if len(part)]
            node = Node(sides[chosen][walls[chosen]], [split(part) for part in parts])
        nodes.append(node)
        return node

    split(np.arange(len(positions)))
    number_borders(nodes, start, partner, len(positions))
    return nodes


@njit(cache=True)
def later_neighbors(members, place, start, partner, end, seen, stamp, out):
    """Places ≥ `end` of the neighbors of `members` that do not yet carry the stamp; returns their number."""
    found = 0
    for a in range(members.shape[0]):
        i = members[a]
        for slot in range(start[i], start[i + 1]):
            p = place[partner[slot]]
            if p >= end and seen[p] != stamp:
                seen[p] = stamp
                out[found] = p
                found += 1
    return found


def number_borders(nodes: list[Node], start: np.ndarray, partner: np.ndarray, n: int) -> None:
    """Set each node's place in the elimination order and its border."""
    place = np.empty(n, dtype=np.int64)
    begin = 0
    for node in nodes:
        node.begin = begin
        place[node.members] = np.arange(begin, begin + len(node.members))
        begin = node.end
    seen, found = np.full(n, -1), np.empty(n, dtype=np.int64)
    for stamp, node in enumerate(nodes):
        count = later_neighbors(node.members, place, start, partner, node.end, seen, stamp, found)
        inherited = [child.border[child.border >= node.end] for child in node.children]
        node.border = np.unique(np.concatenate([found[:count].copy(), *inherited]))
