"""Documents that people read on paper: rendered from what is signed, then signed themselves."""
