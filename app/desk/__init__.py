"""The desk: what waits for the person who is logged in, whatever their roles (S15, S29)."""
