"""The buyer's surface: from the need to the published tender, and while it is open."""
