"""`sunlit profile`: the law as data."""

from __future__ import annotations

import sys

import click

from procurement.profiles import check as check_profile
from procurement.profiles import load_profile, profile_names


@click.group("profile")
def command() -> None:
    """Rule profiles."""


@command.command("check")
def check() -> None:
    """Check every profile: each number typed, cited, in force, and consistent with the others."""
    faults = 0
    for name in profile_names():
        profile = load_profile(name)
        found = check_profile(profile)
        faults += len(found)
        click.echo(f"{profile.name} {profile.edition}: {'good' if not found else ''}")
        for fault in found:
            click.echo(f"  {fault}")
    sys.exit(1 if faults else 0)
