"""Real tenders of Prozorro played again through the real use cases, as an oracle for the whole."""
