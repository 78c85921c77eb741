"""Documents signed on a page: prepared here, signed where the key is, examined here."""
