"""Open data: OCDS releases, records and files, for everybody and without logging in."""
