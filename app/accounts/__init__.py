"""Logging in: passwords, sessions that can be ended, and the brake on guessing."""
