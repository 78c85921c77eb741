"""Uploads in pieces that go on after a broken connection (tus 1.0), ending as blobs."""
