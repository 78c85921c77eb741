"""A public-key infrastructure for the demo and the tests, with people whom a verifier must refuse.

Its root says in its name what it is, so that a production server refuses to start on it. All its
times come from the clock handed in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from cryptography.hazmat.primitives import serialization

from kernel.clock import Clock, instant, parse_instant
from kernel.refusal import Refused, refuse
from signatures.certificates import Certificate
from signatures.files import make_private_folder, private_pem, write_private
from signatures.issuing import (
    Purpose,
    RevokedEntry,
    Subject,
    issue,
    issue_crl,
    new_key,
)
from signatures.revocation import RevocationList
from signatures.signers import KeyInMemory, PrivateKey, Signer
from signatures.trust import DEVELOPMENT_MARK, Trust, is_development

__all__ = ["DevelopmentPki", "Person", "is_development"]

# Long enough for the replay of purchases of 2025 and 2026 and for some years of demonstrations.
VALID_FROM: Final = datetime(2025, 1, 1, tzinfo=UTC)
VALID_TO: Final = datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC)
PASSWORD: Final = "sunlit"  # noqa: S105 - printed beside the demo people; it protects nothing

EXPIRED_AT: Final = datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
REVOKED_AT: Final = datetime(2025, 7, 1, tzinfo=UTC)
EXPIRED, REVOKED, LOOK_ALIKE, LEGACY = "expired", "revoked", "look-alike", "legacy"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a key file in the development PKI."""

    file_name: str
    name: str
    organization_name: str | None
    organization_identifier: str | None
    role: str
    fingerprint: str
    password: str = PASSWORD


@dataclass(frozen=True)
class DevelopmentPki:
    """Root, issuing authority, time-stamping authority, a look-alike, and people."""

    folder: Path
    root: Signer
    authority: Signer
    timestamp_signer: Signer
    look_alike: Signer
    revoked: dict[str, RevokedEntry] = field(default_factory=dict)
    _crls: list[RevocationList] = field(default_factory=list, repr=False)

    @classmethod
    def create(cls, folder: Path, clock: Clock) -> DevelopmentPki:
        """Make a PKI in a new folder, with one expired, one revoked and one forged person."""
        make_private_folder(folder)
        root, authority = _authorities()
        forged_root, forged = _authorities()
        stamps = _issue(
            Subject("Sunlit Development TSA", "Sunlit Development"), Purpose.TIME_STAMPS, root
        )
        named = {"root": root, "authority": authority, "tsa": stamps, "look-alike": forged}
        for name, signer in named.items():
            write_private(folder / f"{name}.key.pem", private_pem(_private(signer)))
            (folder / f"{name}.crt.pem").write_bytes(signer.certificate.pem())
        (folder / "look-alike-root.crt.pem").write_bytes(forged_root.certificate.pem())
        make_private_folder(folder / "people")
        pki = cls(folder, root, authority, stamps, forged)
        pki._make_the_refused(clock)
        pki.refresh(clock)
        return pki

    @classmethod
    def load(cls, folder: Path) -> DevelopmentPki:
        """Read a PKI that `create` wrote."""
        root = _load(folder, "root", ())
        authority = _load(folder, "authority", ())
        lines = json.loads((folder / "revoked.json").read_text(encoding="utf-8"))
        revoked = {
            line["file_name"]: RevokedEntry(
                Certificate.from_pem(line["certificate"].encode()),
                parse_instant(line["revoked_at"]),
            )
            for line in lines
        }
        trust = Trust.from_directory(folder / "trust")
        return cls(
            folder,
            root,
            authority,
            _load(folder, "tsa", ()),
            _load(folder, "look-alike", ()),
            revoked,
            list(trust.crls),
        )

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who has a key file, in the order of their issuing."""
        path = self.folder / "people.json"
        lines = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        return tuple(Person(**line) for line in lines)

    def issue_person(
        self,
        name: str,
        organization_name: str | None = None,
        organization_identifier: str | None = None,
        role: str = "",
        *,
        file_name: str | None = None,
        serial_number: str | None = None,
        valid_from: datetime = VALID_FROM,
        valid_to: datetime = VALID_TO,
        issuer: Signer | None = None,
        legacy: bool = False,
        keep: bool = True,
    ) -> Signer:
        """Issue a person's certificate and write `people/<file_name>.p12` under `PASSWORD`.

        `keep=False` writes no file, for the many people of a replay.
        """
        subject = Subject(
            name, organization_name, organization_identifier, role or None, serial_number
        )
        signer = _issue(subject, Purpose.PERSON, issuer or self.authority, valid_from, valid_to)
        if keep:
            self._keep(signer, role, file_name, legacy=legacy)
        return signer

    def person(self, file_name: str) -> Signer:
        """The key of somebody who was issued one before."""
        path = self.folder / "people" / f"{file_name}.p12"
        if not path.exists():
            raise Refused(refuse("no_such_person", file_name=file_name))
        return Signer.from_p12(path.read_bytes(), PASSWORD)

    def revoke(
        self, signer: Signer, revoked_at: datetime, clock: Clock, *, file_name: str = ""
    ) -> None:
        """Revoke a certificate and write the lists anew."""
        entry = RevokedEntry(signer.certificate, revoked_at)
        self.revoked[file_name or signer.certificate.fingerprint] = entry
        self.refresh(clock)

    def refresh(self, clock: Clock) -> None:
        """Write revocation lists of this instant, and the folder `trust` that a server reads."""
        self._crls[:] = self.crls(clock.now(), VALID_TO)
        lines = [
            {
                "file_name": name,
                "certificate": entry.certificate.pem().decode(),
                "revoked_at": instant(entry.revoked_at),
            }
            for name, entry in self.revoked.items()
        ]
        _write_json(self.folder / "revoked.json", lines)
        (self.folder / "trust").mkdir(exist_ok=True)
        self.trust().to_directory(self.folder / "trust")

    def crls(self, issued_at: datetime, next_at: datetime) -> tuple[RevocationList, ...]:
        """Lists of both authorities with dates of the caller's choice, stale ones too."""
        of_root = issue_crl(
            self.root.certificate, _private(self.root), (), issued_at=issued_at, next_at=next_at
        )
        of_authority = issue_crl(
            self.authority.certificate,
            _private(self.authority),
            self.revoked.values(),
            issued_at=issued_at,
            next_at=next_at,
        )
        return of_root, of_authority

    def trust(self) -> Trust:
        """What a verifier of this PKI trusts, with the lists as they stand."""
        return Trust(
            roots=(self.root.certificate,),
            intermediates=(self.authority.certificate,),
            timestamp_roots=(self.root.certificate,),
            crls=tuple(self._crls),
            organization_issuers=frozenset({self.authority.certificate.fingerprint}),
        )

    def _make_the_refused(self, clock: Clock) -> None:
        firm = ("示范供应商有限公司", "91330000DEMO000000")
        self.issue_person("过期 Expired", *firm, file_name=EXPIRED, valid_to=EXPIRED_AT)
        self.issue_person("冒名 Look-alike", *firm, file_name=LOOK_ALIKE, issuer=self.look_alike)
        self.issue_person("旧式 Legacy", *firm, file_name=LEGACY, legacy=True)
        revoked = self.issue_person("吊销 Revoked", *firm, file_name=REVOKED)
        self.revoked[REVOKED] = RevokedEntry(revoked.certificate, min(REVOKED_AT, clock.now()))

    def _keep(self, signer: Signer, role: str, file_name: str | None, *, legacy: bool) -> None:
        certificate = signer.certificate
        person = Person(
            file_name=file_name or certificate.fingerprint[7:23],
            name=certificate.common_name or "",
            organization_name=certificate.organization_name,
            organization_identifier=certificate.organization_identifier,
            role=role,
            fingerprint=certificate.fingerprint,
        )
        path = self.folder / "people" / f"{person.file_name}.p12"
        if path.exists():
            raise Refused(refuse("person_has_a_key_file", file_name=person.file_name))
        write_private(path, signer.to_p12(PASSWORD, legacy=legacy))
        lines = [_line(one) for one in (*self.people, person)]
        _write_json(self.folder / "people.json", lines)


def _authorities() -> tuple[Signer, Signer]:
    root_key = new_key()
    root = issue(
        Subject(f"{DEVELOPMENT_MARK} Root CA", "Sunlit Development"),
        Purpose.ROOT,
        issuer=None,
        issuer_key=root_key,
        key=root_key,
        valid_from=VALID_FROM - timedelta(days=1),
        valid_to=VALID_TO + timedelta(days=1),
    )
    authority = _issue(
        Subject("Sunlit Development Issuing CA", "Sunlit Development"), Purpose.AUTHORITY, root
    )
    return root, authority


def _issue(
    subject: Subject,
    purpose: Purpose,
    issuer: Signer,
    valid_from: datetime = VALID_FROM,
    valid_to: datetime = VALID_TO,
) -> Signer:
    return issue(
        subject,
        purpose,
        issuer=issuer,
        issuer_key=_private(issuer),
        key=new_key(),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _private(signer: Signer) -> PrivateKey:
    return cast(KeyInMemory, signer.key).key


def _load(folder: Path, name: str, issuers: tuple[Certificate, ...]) -> Signer:
    key = serialization.load_pem_private_key((folder / f"{name}.key.pem").read_bytes(), None)
    certificate = Certificate.from_pem((folder / f"{name}.crt.pem").read_bytes())
    return Signer.from_key(cast(PrivateKey, key), certificate, issuers)


def _line(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in Person.__slots__}


def _write_json(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(lines, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
