"""From the releases of a lot to the files in its envelopes; nothing here is shown to anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile
from typing import IO, TypeAlias

from bidding.envelopes.examining import Examiner
from bidding.opening.models import Release
from bidding.opening.queries import LotActs
from kernel.refusal import NotFound
from signatures.sealed import opening, release
from signatures.sealed.committee import Committee
from signatures.sealed.opening import Failed, Opened
from signatures.sealed.release import LiveEnvelope

Files: TypeAlias = Mapping[str, IO[bytes]]
Outcome: TypeAlias = tuple[Opened | Failed, Files]

# Bids of two gigabytes are allowed, and all of a lot are open at once.
_IN_MEMORY_BYTES_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Decipherer:
    """Opens what holders released of one lot; its files live until `kept` is closed."""

    examiner: Examiner
    committee: Committee
    found: LotActs
    lot: str
    closing: str
    releases: Sequence[Release]
    kept: ExitStack

    def outcomes(self, part: str) -> dict[str, Outcome]:
        """What each live envelope of a part opened to, by the digest of its act."""
        live = self.live(part)
        given = [
            release.read_release(
                row.statement, committee=self.committee, lot=self.lot, part=part, live=live
            )
            for row in self.releases
            if row.part == part
        ]
        return {each.act.digest: self._open(each, given) for each in live}

    def live(self, part: str) -> tuple[LiveEnvelope, ...]:
        """The envelopes of a part that may be opened, in tree order."""
        return release.live_envelopes(self.committee, self.found.acts, lot=self.lot, part=part)

    def _open(self, live: LiveEnvelope, given: Sequence[release.Release]) -> Outcome:
        files: dict[str, IO[bytes]] = {}

        def sink(name: str) -> IO[bytes]:
            if name not in files:
                file = SpooledTemporaryFile(_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 (kept closes it)
                files[name] = self.kept.enter_context(file)
            return files[name]

        with ExitStack() as reading:
            outcome = opening.recover_and_open(
                live,
                given,
                closing=self.closing,
                ciphertext=self._ciphertext(live.envelope["ciphertext"], reading),
                committee=self.committee,
                # The ciphertext holds the inner signature, so it existed at the acceptance.
                verify=self.examiner.verify_at(self.found.accepted_at(live.act.digest)),
                sink=sink,
                signers=live.act.statement["signers"],
            )
        if isinstance(outcome, Opened):
            return outcome, files
        if outcome.cause.code == "shares_missing" and self._all_released(given):
            return replace(outcome, final=True), {}
        return outcome, {}

    def _ciphertext(self, digest: str, reading: ExitStack) -> IO[bytes] | None:
        try:
            return reading.enter_context(self.examiner.blobs.open(digest))
        except NotFound:
            return None

    def _all_released(self, given: Sequence[release.Release]) -> bool:
        """Whether every holder has said about this closing all there is to say.

        Otherwise one bidder who gave everybody a bad box could keep a whole lot from opening.
        """
        named = {each.index for each in given if each.closing == self.closing}
        return len(named) == len(self.committee.holders)
