"""What a person has typed and not yet sent: kept for that person alone, until it is sent or old."""
