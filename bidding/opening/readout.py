"""The read-out of a bid, as the opening reads it; its form is the sealed bid's own."""

from signatures.sealed.readout import CITE, FILE_NAME, TYPE, ReadOut, read

__all__ = ["CITE", "FILE_NAME", "TYPE", "ReadOut", "read"]
