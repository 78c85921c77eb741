"""The committed vectors of the sealed bid: how they are made, and the operations that run them."""
