"""Work that nobody clicks for: what time alone demands, and what was queued in a transaction."""
