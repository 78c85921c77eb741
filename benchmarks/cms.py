"""What signing and judging one statement costs, beside the same by pyHanko, in one run.

CPU time, median of many, ECDSA over P-256, the same key and the same bytes. Ours remembers the
chains that it found good (`Trust.found_chains`); pyHanko's context is made anew for each, as its
documents ask for.

Run: python -m benchmarks.cms [--times 100]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import crl, x509
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from kernel.clock import FixedClock
from signatures import cms
from signatures.development import DevelopmentPki

STATEMENT = b'{"amount":"1168000.00"}' * 100
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def milliseconds(step: Callable[[], object], times: int) -> float:
    """The median CPU time of a step."""
    step()
    taken = []
    for _ in range(times):
        began = time.process_time()
        step()
        taken.append(time.process_time() - began)
    return 1000 * statistics.median(taken)


def main() -> None:
    """Measure and print, each pair with its ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=100)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder:
        pki = DevelopmentPki.create(Path(folder) / "pki", FixedClock(NOW))
        signer = pki.issue_person("王小明", "东阳建材有限公司", "91330000MA27U00000")
        key_file = Path(folder) / "signer.p12"
        key_file.write_bytes(signer.to_p12("p12"))
        theirs = SimpleSigner.load_pkcs12(str(key_file), passphrase=b"p12")
    trust, loop = pki.trust(), asyncio.new_event_loop()
    roots = [x509.Certificate.load(each.der) for each in trust.roots]
    between = [x509.Certificate.load(each.der) for each in trust.intermediates]
    lists = [crl.CertificateList.load(each.der) for each in trust.crls]

    def sign_theirs() -> object:
        return loop.run_until_complete(
            theirs.async_sign_general_data(STATEMENT, "sha256", detached=True)
        )

    ours, found = cms.sign_statement(STATEMENT, signer), sign_theirs()

    def judge_theirs() -> object:
        context = ValidationContext(
            trust_roots=roots,
            crls=lists,
            moment=NOW,
            revocation_mode="hard-fail",
            other_certs=between,
        )
        return loop.run_until_complete(
            async_validate_detached_cms(
                BytesIO(STATEMENT), found["content"], signer_validation_context=context
            )
        )

    pairs: tuple[tuple[str, Callable[[], object], Callable[[], object]], ...] = (
        ("sign", lambda: cms.sign_statement(STATEMENT, signer), sign_theirs),
        ("judge", lambda: cms.verify_statement(STATEMENT, ours, trust, NOW), judge_theirs),
    )
    for name, own, other in pairs:
        mine, peer = milliseconds(own, times), milliseconds(other, times)
        print(f"{name:6} ours {mine:6.2f} ms   pyHanko {peer:6.2f} ms   ratio {mine / peer:.3f}")
    loop.close()


if __name__ == "__main__":
    main()
