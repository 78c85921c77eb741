"""One purchase from need to payment, done by hand: by clicking what the pages offer."""
