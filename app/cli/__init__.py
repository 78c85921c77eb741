"""The command `sunlit`: verbs by noun. Each module of this package adds its commands to `main`."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from typing import Any

import click

from app.settings import WrongSetting, read_settings
from app.web.errors import answer_to


class Commands(click.Group):
    """The group that turns a lawful no into its sentence and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; anything that is no lawful no is a bug and shows its traceback."""
        try:
            return super().invoke(ctx)
        except WrongSetting as problem:
            raise click.UsageError(str(problem)) from problem
        except Exception as problem:
            answer = answer_to(problem)
            if answer is None:
                raise
            click.echo(f"{answer.words.zh}\n{answer.words.en}", err=True)
            for cite in answer.cites:
                click.echo(f"  {cite}", err=True)
            ctx.exit(answer.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sunlit", prog_name="sunlit")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Sunlit: public purchasing that anyone can check. 阳光采购。"""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    ctx.obj = read_settings()


def _add_commands() -> None:
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            module = importlib.import_module(f"{__name__}.{found.name}")
            if hasattr(module, "command"):
                main.add_command(module.command)


_add_commands()
