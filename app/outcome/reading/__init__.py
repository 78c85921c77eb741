"""What the pages of the outcome read: rows in, views out. Nothing is decided here."""
