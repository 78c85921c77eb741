"""The demonstration: real and invented purchases at every stage, under a clock of its own."""
