"""From the releases of a lot to the files in its envelopes; nothing here is shown to anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, TypeAlias

from bidding.envelopes.examining import Examiner
from bidding.opening import rules
from bidding.opening.models import Release
from bidding.opening.queries import LotActs
from kernel.refusal import NotFound, Refusal, refuse
from procurement.profiles.model import Profile
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
    """Opens what holders released of one lot; its files live until `kept` is closed.

    `own_keys` are the identities that bidders gave where the holders fell short, by context.
    """

    examiner: Examiner
    committee: Committee
    found: LotActs
    lot: str
    closing: str
    releases: Sequence[Release]
    own_keys: Mapping[str, str]
    profile: Profile
    now: datetime
    kept: ExitStack

    def outcomes(self, part: str) -> dict[str, Outcome]:
        """What each live envelope of a part opened to, by the digest of its act."""
        live = self.live(part)
        given = self._given(part, live)
        return {each.act.digest: self._open(each, given) for each in live}

    def waiting(self) -> Refusal | None:
        """Whether an envelope still waits for its key; then nothing need be decrypted yet."""
        count = 0
        for part in self.committee.parts:
            live = self.live(part)
            given = opening.counting_releases(
                self._given(part, live), closing=self.closing, threshold=self.committee.threshold
            )
            if not self._given_up(part):
                count += sum(
                    len(opening.valid_shares(each, given)) < self.committee.threshold
                    and each.context not in self.own_keys
                    for each in live
                )
        return refuse("lot_not_open", opening.CITE, waiting=count) if count else None

    def live(self, part: str) -> tuple[LiveEnvelope, ...]:
        """The envelopes of a part that may be opened, in tree order."""
        return release.live_envelopes(self.committee, self.found.acts, lot=self.lot, part=part)

    def _given(self, part: str, live: Sequence[LiveEnvelope]) -> list[release.Release]:
        return [
            release.read_release(
                row.statement, committee=self.committee, lot=self.lot, part=part, live=live
            )
            for row in self.releases
            if row.part == part
        ]

    def _open(self, live: LiveEnvelope, given: Sequence[release.Release]) -> Outcome:
        files: dict[str, IO[bytes]] = {}

        def sink(name: str) -> IO[bytes]:
            if name not in files:
                file = SpooledTemporaryFile(_IN_MEMORY_BYTES_MAX)  # noqa: SIM115 (kept closes it)
                files[name] = self.kept.enter_context(file)
            return files[name]

        # The ciphertext holds the inner signature, so it existed at the acceptance.
        verify = self.examiner.verify_at(self.found.accepted_at(live.act.digest))
        signers = live.act.statement["signers"]
        with ExitStack() as reading:
            ciphertext = self._ciphertext(live.envelope["ciphertext"], reading)
            outcome = opening.recover_and_open(
                live,
                given,
                closing=self.closing,
                ciphertext=ciphertext,
                committee=self.committee,
                verify=verify,
                sink=sink,
                signers=signers,
            )
            if _short(outcome) and live.context in self.own_keys:
                outcome = opening.open_envelope(
                    live,
                    identity=self.own_keys[live.context],
                    ciphertext=ciphertext,
                    committee=self.committee,
                    verify=verify,
                    sink=sink,
                    signers=signers,
                )
        if isinstance(outcome, Opened):
            return outcome, files
        if _short(outcome) and self._given_up(live.envelope["part"]):
            return replace(outcome, final=True), {}
        return outcome, {}

    def _ciphertext(self, digest: str, reading: ExitStack) -> IO[bytes] | None:
        try:
            return reading.enter_context(self.examiner.blobs.open(digest))
        except NotFound:
            return None

    def _given_up(self, part: str) -> bool:
        """Whether every holder has said about this closing all there is to say, and in vain.

        The bidder has had the time to help with the own key. Without an end one bidder who gave
        everybody a bad box could keep a whole lot from opening.
        """
        spoken = [
            row.released_at
            for row in self.releases
            if (row.part, row.closing) == (part, self.closing)
        ]
        if len(spoken) < len(self.committee.holders):
            return False
        late = rules.own_key_in_time(profile=self.profile, now=self.now, fell_short_at=max(spoken))
        return late is not None


def _short(outcome: Opened | Failed) -> bool:
    return isinstance(outcome, Failed) and outcome.cause.code == "shares_missing"
