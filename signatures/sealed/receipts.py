"""Receipts, which are the leaves of a tender's private tree of acts, and what fixes that tree.

A bidder holds the bytes of his leaf, so dropping, swapping or reordering shows (SEALED_BID 4, 5).
Tree hashing is that of RFC 6962 section 2.1, as in the public log.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from kernel import canonical
from kernel.clock import instant
from kernel.refusal import Refusal, refuse
from signatures import merkle
from signatures.merkle import leaf_hash
from signatures.sealed import statements
from signatures.sealed.chains import Act
from signatures.sealed.header import Randomness
from signatures.sealed.statements import Statement, type_name

CITE = "SEALED_BID 4"


def make_receipt(
    act: Act,
    *,
    signature: str,
    token: str | None,
    accepted_at: datetime,
    checkpoint: str,
    random: Randomness = os.urandom,
) -> bytes:
    """The receipt of an accepted act. `signature` is the digest of its SignatureValue, `token` that
    of the time-stamp token or None, `checkpoint` that of the latest public checkpoint's text."""
    return statements.encode(
        "receipt",
        origin=act.statement["origin"],
        tender=act.statement["tender"],
        lot=act.lot,
        bidder=act.bidder,
        event=act.event,
        act=act.digest,
        signature=signature,
        token=token,
        prev=act.prev,
        accepted_at=instant(accepted_at),
        checkpoint=checkpoint,
        blind=random(32).hex(),
    )


def read_receipt(raw: bytes, **expected: object) -> Statement:
    """The receipt in these bytes."""
    return statements.read(raw, "receipt", **expected)


def receipt_refusal(receipt: Statement, act: Act) -> Refusal | None:
    """Whether a receipt is the receipt of this act."""
    said = (receipt["act"], receipt["lot"], receipt["bidder"], receipt["event"], receipt["prev"])
    if said != (act.digest, act.lot, act.bidder, act.event, act.prev):
        return refuse("receipt_not_of_act", CITE, act=act.digest)
    same = all(receipt[key] == act.statement[key] for key in ("origin", "tender"))
    return None if same else refuse("receipt_not_of_act", CITE, act=act.digest)


def note_text(receipt: bytes) -> str:
    """The text that the receipt key signs as a signed note: type, origin, digest of the receipt."""
    origin = read_receipt(receipt)["origin"]
    return f"{type_name('receipt')}\n{origin}\n{canonical.digest(receipt)}\n"


def tree_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of the leaves (RFC 6962 section 2.1)."""
    return merkle.Tree(leaf_hashes).root()


def root_text(root: bytes) -> str:
    """A root as statements write it."""
    return f"sha256:{root.hex()}"


def included(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether an inclusion proof leads from a leaf hash to the root (RFC 9162 section 2.1.3.2)."""
    return merkle.verify_inclusion(leaf, index, size, proof, root)


def head_statement(*, origin: str, tender: str, size: int, root: str, blind: bytes) -> bytes:
    """The head of a tender's tree; only its digest goes to the public log (`SealedHead`)."""
    return statements.encode(
        "head", origin=origin, tender=tender, size=size, root=root, blind=blind.hex()
    )


def sealed_head(head: bytes) -> str:
    """What the public log gets: a digest that tells neither size nor root, for the blind in it."""
    statements.read(head, "head")
    return canonical.digest(head)


def closing_statement(
    *, origin: str, tender: str, size: int, root: str, closed_at: datetime
) -> bytes:
    """What `TenderClosed` carries; its digest is the `closing` of every release."""
    return statements.encode(
        "closing", origin=origin, tender=tender, size=size, root=root, closed_at=instant(closed_at)
    )


def tree_refusal(closing: Statement, leaves: Sequence[bytes]) -> Refusal | None:
    """Whether these receipts, in this order, are the tree that was closed."""
    if len(leaves) != closing["size"]:
        return refuse("tree_size", "SEALED_BID 5", size=len(leaves), closed=closing["size"])
    root = root_text(tree_root([leaf_hash(each) for each in leaves]))
    if root != closing["root"]:
        return refuse("tree_root", "SEALED_BID 5", root=root, closed=closing["root"])
    return None
