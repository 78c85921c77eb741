"""The pages of supervisors, auditors and reviewers: the case file of each purchase (S54)."""
