"""RFC 6962 trees: known answers, and proofs that hold exactly where they should."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# The leaves and roots of Certificate Transparency's own test (certificate-transparency-go,
# merkletree tests, Apache-2.0).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def plain_root(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(plain_root(hashes[:k]), plain_root(hashes[k:]))


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_certificate_transparency(size: int) -> None:
    tree = Tree(leaf_hash(leaf) for leaf in LEAVES[:size])
    assert tree.root().hex() == ROOTS[size]


@given(st.integers(0, 600), st.data())
def test_every_prefix_has_its_root(size: int, data: st.DataObject) -> None:
    tree = Tree(hashes(size))
    part = data.draw(st.integers(0, size))
    assert tree.root(part) == plain_root(hashes(size)[:part])


@given(st.integers(1, 600), st.data())
def test_inclusion_is_shown_for_the_right_leaf_place_and_size_only(
    size: int, data: st.DataObject
) -> None:
    tree = Tree(hashes(size))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(tree.node, index, size)
    leaf, root = hashes(size)[index], tree.root()
    assert verify_inclusion(leaf, index, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, root)
    assert not verify_inclusion(leaf, index, size, [*proof, leaf], root)
    assert not verify_inclusion(leaf, index, size, proof, leaf_hash(b"root"))
    assert not verify_inclusion(leaf, size, size, proof, root)
    for other in range(size):
        if other != index:
            assert not verify_inclusion(leaf, other, size, proof, root)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:step], bytes([proof[step][0] ^ 1]) + proof[step][1:], *proof[step + 1 :]]
        assert not verify_inclusion(leaf, index, size, altered, root)
        assert not verify_inclusion(leaf, index, size, proof[:-1], root)


@given(st.integers(0, 600), st.data())
def test_consistency_is_shown_for_a_prefix_only(size: int, data: st.DataObject) -> None:
    tree = Tree(hashes(size))
    old = data.draw(st.integers(0, size))
    proof = consistency_proof(tree.node, old, size)
    old_root, new_root = tree.root(old), tree.root()
    assert verify_consistency(old, size, old_root, new_root, proof)
    assert not verify_consistency(old, size, leaf_hash(b"fork"), new_root, proof)
    assert not verify_consistency(old, size, old_root, new_root, [*proof, new_root])
    if old not in (0, size):
        assert not verify_consistency(old, size, old_root, leaf_hash(b"fork"), proof)
        step = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:step], bytes([proof[step][0] ^ 1]) + proof[step][1:], *proof[step + 1 :]]
        assert not verify_consistency(old, size, old_root, new_root, altered)
        assert not verify_consistency(old, size, old_root, new_root, proof[:-1])
        # A rewritten leaf below the old size cannot be made to look like growth.
        rewritten = hashes(size)
        rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
        fork = Tree(rewritten)
        forged = consistency_proof(fork.node, old, size)
        assert not verify_consistency(old, size, old_root, fork.root(), forged)


def test_an_empty_tree_begins_every_tree() -> None:
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert verify_consistency(0, 3, EMPTY_ROOT, Tree(hashes(3)).root(), [])
    assert not verify_consistency(0, 3, leaf_hash(b""), Tree(hashes(3)).root(), [])


def test_what_is_not_in_the_tree_has_no_proof() -> None:
    tree = Tree(hashes(3))
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_proof(tree.node, 3, 3)
    with pytest.raises(ValueError, match="does not continue"):
        consistency_proof(tree.node, 4, 3)
