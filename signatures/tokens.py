"""What a time-stamp token says (RFC 3161 section 2.4.2), read and not yet judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from signatures import der
from signatures.signed_data import ID_TST_INFO, Malformed, SignedData


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What a token says (TSTInfo)."""

    digest_oid: str
    imprint: bytes
    gen_time: datetime
    serial_number: int
    policy: str
    nonce: int | None


def read_token_info(data: SignedData) -> TokenInfo:
    """Read TSTInfo (RFC 3161 section 2.4.2); Malformed when it is not there."""
    if data.content_type != ID_TST_INFO or data.content is None:
        raise Malformed("not_a_token")
    try:
        _version, policy, imprint, serial, gen_time, *rest = der.read(data.content).children()
        algorithm, hashed = imprint.children()
        nonces = [node for node in rest if node.tag == der.INTEGER]
        return TokenInfo(
            digest_oid=der.read_algorithm(algorithm),
            imprint=der.expect(hashed, der.OCTET_STRING).content,
            gen_time=der.read_time(der.expect(gen_time, der.GENERALIZED_TIME)),
            serial_number=der.read_integer(serial),
            policy=der.read_oid(policy),
            nonce=der.read_integer(nonces[0]) if nonces else None,
        )
    except (der.NotDer, ValueError, IndexError) as problem:
        raise Malformed("not_a_token") from problem
