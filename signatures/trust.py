"""Whom the verifier believes: roots, what lies between, revocation lists, and for what.

Everything lies in one folder that the operator fills. Nothing is ever fetched from an address that
stands in a certificate or in an uploaded file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from kernel.canonical import JsonValue
from kernel.clock import instant
from kernel.refusal import Refused, refuse
from signatures.algorithms import STANDARD, SignatureAlgorithm
from signatures.certificates import Certificate, fingerprints, read_certificates
from signatures.revocation import RevocationList

# The mark of the development PKI in its root's name; a production server refuses such a root.
DEVELOPMENT_MARK: Final = "SUNLIT DEVELOPMENT - NOT FOR PRODUCTION"


@dataclass(frozen=True)
class Trust:
    """The material that signatures are judged by.

    `organization_issuers` are the fingerprints of those authorities whose word on an organisation's
    identifier counts. `outside_authorities` are the fingerprints of time-stamping certificates, or
    of authorities above them, that are run by somebody other than the operator.
    """

    roots: tuple[Certificate, ...] = ()
    intermediates: tuple[Certificate, ...] = ()
    timestamp_roots: tuple[Certificate, ...] = ()
    crls: tuple[RevocationList, ...] = ()
    organization_issuers: frozenset[str] = frozenset()
    outside_authorities: frozenset[str] = frozenset()
    # Links that a signed file brought along about itself: tried, few at a time, never roots.
    brought: tuple[Certificate, ...] = ()
    algorithms: Mapping[str, SignatureAlgorithm] = field(default_factory=lambda: STANDARD)
    # Chains that were found good, by their first certificate: they stay good while all of their
    # certificates are valid, and revocation is asked apart. Only `paths` writes here.
    found_chains: dict[str, tuple[Certificate, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def from_directory(cls, path: Path) -> Trust:
        """Read a folder: `roots/`, `intermediates/`, `timestamp-roots/`, `crls/`, `trust.json`.

        `trust.json` holds `organization_issuers` and `outside_authorities`, lists of fingerprints.
        """
        names = _read_names(path / "trust.json")
        return cls(
            roots=_certificates_in(path / "roots"),
            intermediates=_certificates_in(path / "intermediates"),
            timestamp_roots=_certificates_in(path / "timestamp-roots"),
            crls=tuple(RevocationList.from_bytes(raw) for raw in _files_in(path / "crls")),
            organization_issuers=names["organization_issuers"],
            outside_authorities=names["outside_authorities"],
        )

    def to_directory(self, path: Path) -> None:
        """Write the folder that `from_directory` reads; files of an earlier state are removed."""
        certificates = {
            "roots": self.roots,
            "intermediates": self.intermediates,
            "timestamp-roots": self.timestamp_roots,
        }
        for name, found in certificates.items():
            _write_files(path / name, {f"{c.fingerprint[7:23]}.pem": c.pem() for c in found})
        _write_files(path / "crls", {f"{c.digest[7:23]}.crl": c.der for c in self.crls})
        names = {
            "organization_issuers": sorted(self.organization_issuers),
            "outside_authorities": sorted(self.outside_authorities),
        }
        (path / "trust.json").write_text(json.dumps(names, indent=2) + "\n", encoding="utf-8")

    @cached_property
    def digest(self) -> str:
        """One digest over all that is trusted: two judgements by the same digest agree."""
        members = (
            *fingerprints(self.roots),
            "intermediates",
            *fingerprints(self.intermediates),
            "timestamp-roots",
            *fingerprints(self.timestamp_roots),
            "crls",
            *(found.digest for found in self.crls),
            "organization-issuers",
            *sorted(self.organization_issuers),
            "outside-authorities",
            *sorted(self.outside_authorities),
        )
        return "sha256:" + hashlib.sha256("\n".join(members).encode()).hexdigest()

    @cached_property
    def is_development(self) -> bool:
        """Whether a root of the development PKI is among the roots."""
        return any(
            DEVELOPMENT_MARK in (root.common_name or "")
            for root in (*self.roots, *self.timestamp_roots)
        )

    def organization_of(self, chain: Iterable[Certificate]) -> str | None:
        """The organisation identifier that a chain proves: the first one's, by a trusted issuer.

        An authority that only vouches for a person's name could otherwise put anybody under any
        firm (SEALED_BID 3.6).
        """
        signer, *issuers = chain
        if not any(issuer.fingerprint in self.organization_issuers for issuer in issuers[:1]):
            return None
        return signer.organization_identifier

    def runs_outside(self, chain: Iterable[Certificate]) -> bool:
        """Whether a time stamp with this chain comes from somebody other than the operator."""
        return any(found.fingerprint in self.outside_authorities for found in chain)

    @cached_property
    def for_timestamps(self) -> Trust:
        """The same material with the time-stamping roots as its roots."""
        return replace(self, roots=self.timestamp_roots)

    def with_crls(self, crls: Iterable[RevocationList]) -> Trust:
        """The same roots with other revocation lists."""
        return replace(self, crls=tuple(crls))

    def with_material(
        self, certificates: Iterable[Certificate], crls: Iterable[RevocationList]
    ) -> Trust:
        """The same roots, and more to build from: what a signed file brings along about itself.

        It may add links and lists, each checked by signature up to a root; never a root.
        """
        return replace(
            self,
            brought=(*self.brought, *certificates),
            crls=(*self.crls, *crls),
        )

    def freshness(self, at: datetime) -> list[dict[str, JsonValue]]:
        """Each revocation list with its dates and whether it is fresh, for the operator's page."""
        return [
            {
                "digest": found.digest,
                "issued_at": instant(found.issued_at),
                "next_at": instant(found.next_at) if found.next_at else None,
                "fresh": found.next_at is not None and at <= found.next_at,
            }
            for found in self.crls
        ]


def is_development(trust: Trust) -> bool:
    """Whether the trust rests on the development PKI, which a production server refuses."""
    return trust.is_development


def _read_names(path: Path) -> dict[str, frozenset[str]]:
    known = {"organization_issuers", "outside_authorities"}
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not isinstance(content, dict) or not content.keys() <= known:
        raise Refused(refuse("trust_file_unreadable", file=str(path)))
    return {name: frozenset(content.get(name, ())) for name in known}


def _files_in(folder: Path) -> list[bytes]:
    if not folder.is_dir():
        return []
    return [
        path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    ]


def _certificates_in(folder: Path) -> tuple[Certificate, ...]:
    return tuple(found for raw in _files_in(folder) for found in read_certificates(raw))


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
