"""The administrators' pages: people, roles, organizations, applications, trust, settings."""
