"""The supplier's surface: company file, self-test, bids, questions, results, contracts (S12-S28).

No plaintext of a bid comes here (SEALED_BID): what a supplier fills in for a bid is kept by
`bid.js` in the supplier's own browser, and leaves it sealed or not at all.
"""
