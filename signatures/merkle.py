"""Merkle trees of RFC 6962: hashes, roots, proofs of inclusion and of consistency. Pure.

Every function reads hashes through a `Nodes` function: the hash of the complete subtree of 2^level
leaves that begins at leaf index·2^level. So the same code works on a list of leaves, on rows and
on published tiles, and needs a number of hashes that grows with the logarithm of the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

Nodes = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 section 2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962 section 2.1: prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that is held in memory: all complete subtrees of its leaf hashes."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaf_hashes:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf."""
        self._levels[0].append(leaf)
        level = 0
        while len(self._levels[level]) % 2 == 0:
            below = self._levels[level]
            if len(self._levels) == level + 1:
                self._levels.append([])
            self._levels[level + 1].append(node_hash(below[-2], below[-1]))
            level += 1

    def __len__(self) -> int:
        return len(self._levels[0])

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves; of all, where no size is named."""
        return root(self.node, len(self) if size is None else size)


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the first `size` leaves (RFC 6962 section 2.1)."""
    return _range(nodes, 0, size) if size else EMPTY_ROOT


def inclusion_proof(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root of `size` leaves (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return _path(nodes, index, 0, size)


def consistency_proof(nodes: Nodes, old: int, new: int) -> list[bytes]:
    """The hashes that show the tree of `old` leaves to be a prefix (RFC 6962 section 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    if old in (0, new):
        return []
    return _subproof(nodes, old, 0, new, whole=True)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Whether the proof leads from the leaf's hash to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or any(len(step) != 32 for step in proof):
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows the old tree to begin the new one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new or any(len(step) != 32 for step in proof):
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if old == new:
        return not proof and old_root == new_root
    if not proof:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    # Where the old tree is one complete subtree its root is not sent: the verifier holds it.
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    from_old = from_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            from_old, from_new = node_hash(step, from_old), node_hash(step, from_new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            from_new = node_hash(from_new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and from_old == old_root and from_new == new_root


def _split(count: int) -> int:
    """The largest power of two below the count: where RFC 6962 divides a tree."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(nodes: Nodes, start: int, end: int) -> bytes:
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return nodes(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range(nodes, start, middle), _range(nodes, middle, end))


def _path(nodes: Nodes, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(nodes, index, start, middle), _range(nodes, middle, end)]
    return [*_path(nodes, index, middle, end), _range(nodes, start, middle)]


def _subproof(nodes: Nodes, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [_range(nodes, start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(nodes, old, start, middle, whole=whole), _range(nodes, middle, end)]
    return [*_subproof(nodes, old, middle, end, whole=False), _range(nodes, start, middle)]
