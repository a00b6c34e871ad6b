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
        slot: nodes that share it are never both done and waiting for their parents.
        begin: place of the first member in the elimination order.
        border: places of all later particles that the subtree below touches, ascending.
    """

    members: np.ndarray
    children: list[Node] = field(default_factory=list)
    slot: int = 0
    begin: int = 0
    border: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @property
    def end(self) -> int:
        return self.begin + len(self.members)


@njit(cache=True)
def smallest_separator(left, right, start, partner, number):
    """The fewest particles that meet every bond between two sets: a largest matching gives them (Kőnig 1931).

    A search from each particle on the left either lengthens the matching by an alternating path, or reaches a part of
    both sets that no later search needs to enter again.

    Args:
        left, right: particle numbers; start, partner: the graph in compressed rows.
        number: −1 for all N particles (scratch, restored).

    Returns:
        for both sets, whether each particle is one of the separator.
    """
    for b in range(right.shape[0]):
        number[right[b]] = b
    mate, owner = np.full(left.shape[0], -1), np.full(right.shape[0], -1)
    seen, above = np.full(right.shape[0], -1), np.empty(right.shape[0], dtype=np.int64)
    in_left, in_right = np.ones(left.shape[0], dtype=np.bool_), np.zeros(right.shape[0], dtype=np.bool_)
    queue = np.empty(left.shape[0], dtype=np.int64)
    for root in range(left.shape[0]):
        queue[0], begin, end, free = root, 0, 1, -1
        while begin < end and free < 0:
            a = queue[begin]
            begin += 1
            for slot in range(start[left[a]], start[left[a] + 1]):
                b = number[partner[slot]]
                if b >= 0 and seen[b] != root and not in_right[b]:
                    seen[b], above[b] = root, a
                    if owner[b] < 0:
                        free = b
                        break
                    queue[end] = owner[b]
                    end += 1
        if free < 0:
            for a in queue[:end]:
                in_left[a] = False
                if mate[a] >= 0:
                    in_right[mate[a]] = True
        while free >= 0:
            a = above[free]
            owner[free] = a
            mate[a], free = free, mate[a]
    for b in right:
        number[b] = -1
    return in_left, in_right


def halves(positions: np.ndarray, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split a set at the median of the coordinate in which it is longest."""
    points = positions[members]
    order = np.argsort(points[:, np.argmax(np.ptp(points, axis=0))], kind="stable")
    return members[order[: len(members) // 2]], members[order[len(members) // 2 :]]


def dissect(positions: np.ndarray, start: np.ndarray, partner: np.ndarray, leaf: int) -> list[Node]:
    """The elimination tree of a contact graph, children before parents; the last node is the root.

    A set is cut in half in space; the separator is the smallest set of particles that meets every bond between the
    halves (through the periodic box too). The pieces are cut again until they hold at most `leaf` particles.

    Args:
        positions: (N, d).
        start, partner: the graph in compressed rows.
    """
    number = np.full(len(positions), -1)
    nodes: list[Node] = []

    def split(members: np.ndarray, slot: int) -> Node:
        if len(members) <= leaf:
            node = Node(members, [], slot)
        else:
            left, right = halves(positions, members)
            in_left, in_right = smallest_separator(left, right, start, partner, number)
            parts = [part for part in (left[~in_left], right[~in_right]) if len(part)]
            children = [split(part, slot // 2 * 2 + 2 + k) for k, part in enumerate(parts)]
            node = Node(np.concatenate([left[in_left], right[in_right]]), children, slot)
        nodes.append(node)
        return node

    split(np.arange(len(positions)), 0)
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
