"""`sunlit demo`: a populated installation, served on localhost."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import click

from app.cli.serve import commands, run_together
from app.database import engine_for, reached, upgrade
from app.demo.building import PASSWORD, READY_FILE, build
from app.settings import Settings


@click.command("demo")
@click.option("--rebuild", is_flag=True, help="Throw the demo away and build it anew.")
@click.option("--build-only", is_flag=True, help="Build it and do not serve it.")
@click.pass_obj
def command(settings: Settings, rebuild: bool, build_only: bool) -> None:
    """Build the demo on first use, with real and invented purchases at every stage; serve it.

    It has a folder and a database of its own and touches nothing else.
    """
    # Its own folder and never DATABASE_URL: a demo must not be poured over somebody's record.
    settings = replace(settings, var=settings.var / "demo", demo=True, database_url="")
    ready = settings.var / READY_FILE
    if settings.var.exists() and (rebuild or not ready.exists()):
        shutil.rmtree(settings.var)
    settings.var.mkdir(parents=True, exist_ok=True)
    with reached(settings) as url:
        engine = engine_for(url)
        try:
            upgrade(engine)
            if not ready.exists():
                click.echo("Building the demo: about a minute. 正在准备演示数据，约需一分钟。")
                build(settings, engine, progress=_show)
                click.echo("\r" + " " * 40 + "\r", nl=False)
        finally:
            engine.dispose()
        _say_where(settings)
        if build_only:
            return
        environment = os.environ | {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "SUNLIT_VAR": str(settings.var),
            "SUNLIT_DEMO": "1",
        }
        failed = run_together(commands(settings), environment)
    sys.exit(1 if failed else 0)


def _show(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {words}" + " " * 20, err=True, nl=False)


def _say_where(settings: Settings) -> None:
    click.echo(f"\n  阳光采购 Sunlit   http://{settings.host}:{settings.port}/")
    click.echo(f"  English           http://{settings.host}:{settings.port}/en/")
    click.echo(f"  演示 demo page    http://{settings.host}:{settings.port}/demo/")
    click.echo(f"\n  People, all invented; password 人物均为虚构，密码: {PASSWORD}")
    for login, who in _PEOPLE:
        click.echo(f"    {login:12} {who}")
    click.echo(f"\n  Keys of these people: {_shown(settings.var / 'pki' / 'people')}/*.p12")
    click.echo("  Ctrl-C stops it. 按Ctrl-C停止。\n")


_PEOPLE = (
    ("unit", "林晓 使用单位 / using unit"),
    ("officer", "王敏 采购经办人 / procurement officer"),
    ("approver", "赵刚 采购审批人 / approver"),
    ("finance", "何静 财务 / finance"),
    ("treasurer", "罗成 付款放行人 / treasurer"),
    ("holder1-3", "李岚、马骏、沈真 开标人 / key holders"),
    ("expert1-7", "评审专家 / panelists"),
    ("supplier1-5", "供应商 / suppliers"),
    ("reviewer", "郑平 投诉处理人 / reviewer"),
    ("supervisor", "吴清 监督员 / supervisor"),
    ("admin1-2", "陈立、周宁 系统管理员 / administrators"),
)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
