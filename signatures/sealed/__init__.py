"""The sealed bid, version 1: nobody reads a price before the opening, anybody can check it after.

The protocol is `docs/envelope-v1.md`. What a caller needs, in the order of a tender's life:

- committee: `holder_statement`, `committee_statement`, `possession_statement` make what holders and
  officer sign; `read_committee` checks it all and gives the `Committee`, whose `fingerprint` the
  notice prints.
- bids: `seal_envelope` for each part, then `bid_act` over their entries; `withdrawal_act`.
  `payload.Attachment.of_bytes` or `.of_path` names a file to seal.
- examining: `examine_bid`, `examine_withdrawal` before the lock; they give an `ExaminedAct`.
- receipts: `make_receipt` inside the lock; `leaf_hash`, `tree_root`, `head_statement`,
  `sealed_head`, `closing_statement`, `note_text`.
- chains: `live_acts` of a lot.
- release: `check_work` and `make_release` for a holder; `live_envelopes`, `read_release` and
  `wrong_shares` for the server.
- opening: `recover_and_open` (or `open_envelope` with the bidder's own identity), then
  `read_out_refusal` before anything is shown; `fault_of` says whose doing a failure is.

Functions raise `kernel.refusal.Refused`; those named `..._refusal` return a `Refusal` or None.
Signatures are judged by a function that the caller hands in (`judging.Verify`, which
`signatures.cms.verify_statement` fits once trust and time are bound to it); randomness too, for
the vectors. Nothing here writes plaintext to a disk or a log.
"""
