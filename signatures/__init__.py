"""All cryptography: certificates, signatures, time stamps, notes, sealed bids, verdicts."""
