"""The three keys that the server holds of its own (DESIGN 6): seal, log key, receipt key.

People's keys never come here. The seal signs receipts and the platform's documents as CMS; the log
key signs checkpoints and nothing else; the receipt key signs receipts as notes, so that a bidder's
verifier needs no CMS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kernel.refusal import Refused, refuse
from signatures.files import is_private, make_private_folder, private_pem, write_private
from signatures.issuing import Purpose, Subject, issue, new_key
from signatures.notes import SigningKey, VerifierKey
from signatures.signers import Signer
from signatures.trust import Trust

SEAL_KEY, SEAL_CERTIFICATE, SEAL_ISSUERS = "seal.key.pem", "seal.crt.pem", "seal-issuers.pem"
LOG_KEY, RECEIPT_KEY = "log.key", "receipt.key"
LOG_VKEY, RECEIPT_VKEY = "log.vkey", "receipt.vkey"

# A certificate that signs itself is believed because it is pinned; its dates are no evidence. They
# are wide, so that an installation can hold purchases that are older than itself.
SEAL_VALID_FROM: Final = datetime(2025, 1, 1, tzinfo=UTC)
SEAL_VALID_TO: Final = datetime(2036, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True)
class ServerKeys:
    """The server's own keys, loaded."""

    seal: Signer
    log: SigningKey
    receipt: SigningKey

    @classmethod
    def create(
        cls,
        folder: Path,
        origin: str,
        *,
        valid_from: datetime = SEAL_VALID_FROM,
        valid_to: datetime = SEAL_VALID_TO,
    ) -> ServerKeys:
        """Make the three keys in a folder that has none; keys that exist are never replaced."""
        make_private_folder(folder)
        for name in (SEAL_KEY, LOG_KEY, RECEIPT_KEY):
            if (folder / name).exists():
                raise Refused(refuse("server_keys_exist", file=name))
        seal_key = new_key()
        seal = issue(
            Subject("Sunlit seal", organization_name=_shortened(origin)),
            Purpose.SEAL,
            issuer=None,
            issuer_key=seal_key,
            key=seal_key,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        keys = cls(seal, SigningKey.generate(origin), SigningKey.generate(f"{origin}/receipt"))
        write_private(folder / SEAL_KEY, private_pem(seal_key))
        (folder / SEAL_CERTIFICATE).write_bytes(seal.certificate.pem())
        for name, vkey_name, key in (
            (LOG_KEY, LOG_VKEY, keys.log),
            (RECEIPT_KEY, RECEIPT_VKEY, keys.receipt),
        ):
            write_private(folder / name, key.encode().encode() + b"\n")
            (folder / vkey_name).write_text(key.verifier.encode() + "\n", encoding="utf-8")
        return keys

    @classmethod
    def load(cls, folder: Path) -> ServerKeys:
        """Read the keys; Refused when one is missing or others on the machine may read it."""
        for name in (SEAL_KEY, LOG_KEY, RECEIPT_KEY):
            path = folder / name
            if not path.exists():
                raise Refused(refuse("server_key_missing", file=name))
            if not is_private(path):
                raise Refused(refuse("server_key_readable_by_others", file=name))
        issuers = folder / SEAL_ISSUERS
        seal = Signer.from_pem(
            (folder / SEAL_KEY).read_bytes(),
            (folder / SEAL_CERTIFICATE).read_bytes(),
            issuers.read_bytes() if issuers.exists() else b"",
        )
        return cls(
            seal,
            SigningKey.decode((folder / LOG_KEY).read_text(encoding="utf-8")),
            SigningKey.decode((folder / RECEIPT_KEY).read_text(encoding="utf-8")),
        )

    @property
    def log_vkey(self) -> VerifierKey:
        """The public log key."""
        return self.log.verifier

    @property
    def receipt_vkey(self) -> VerifierKey:
        """The public receipt key."""
        return self.receipt.verifier

    def seal_trust(self) -> Trust:
        """A trust that believes this server's seal and nothing else."""
        return Trust(roots=(self.seal.certificate,))


def _shortened(origin: str) -> str:
    """The origin as a distinguished name can hold it: 64 characters (RFC 5280, ub-organization)."""
    return origin[:64]
