"""The outcome's surface: what buyer, finance and reviewer do from the closing to the payment."""
