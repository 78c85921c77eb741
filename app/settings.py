"""What an installation may set, read once from the environment and handed to whoever needs it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from kernel.text import Text


class WrongSetting(Exception):
    """A setting has a value that cannot be used; the message names it and says what fits."""


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("0 or 1")
    return text == "1"


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _setting(name: str, says: Text, default: str, read: Callable[[str], Any] = str) -> Any:
    """A field that is read from the environment variable `name`."""
    facts = {"name": name, "says": says, "default": default, "read": read}
    return field(default_factory=lambda: read(default), metadata=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. `docs/operations.md` names each, and a test compares."""

    database_url: str = _setting(
        "DATABASE_URL",
        Text(
            "所用的PostgreSQL，写作`postgresql://user@host/name`。空着：用内嵌的。",
            "The PostgreSQL to use, `postgresql://user@host/name`. Empty: the embedded one.",
        ),
        "",
    )
    var: Path = _setting(  # noqa: RUF009 (it is a field; the default is made anew each time)
        "SUNLIT_VAR",
        Text(
            "存放内嵌数据库、文件、密钥、日志切片和邮件的文件夹。",
            "The folder for the embedded database, blobs, keys, the log's tiles and mail.",
        ),
        "var",
        _folder,
    )
    demo: bool = _setting(
        "SUNLIT_DEMO",
        Text(
            "`1`表示演示：开发用的证书体系，手动拨动的时钟，密码公开的虚构人物。正式使用时绝不能开。",
            "`1` for the demonstration: development PKI, a clock that is moved by hand, invented "
            "people with known passwords. Never in production.",
        ),
        "0",
        _switch,
    )
    host: str = _setting(
        "SUNLIT_HOST",
        Text(
            "服务器监听的地址。前面应有带HTTPS的代理。",
            "The address on which the server listens. A proxy with HTTPS belongs before it.",
        ),
        "127.0.0.1",
    )
    port: int = _setting(
        "PORT",
        Text(
            "监听的端口。",
            "The port on which it listens.",
        ),
        "8000",
        _number(1, 65535),
    )
    host_name: str = _setting(
        "SUNLIT_HOST_NAME",
        Text(
            "对外的主机名，演示以外只答复这一个：用在链接和开放数据的地址里，首次启动时写进日志的名称。",
            "The public host name, and the only one that is answered outside the demonstration: "
            "in links, in the addresses inside open data, and at the first start in the name of "
            "the log.",
        ),
        "localhost",
    )
    proxies: int = _setting(
        "SUNLIT_PROXIES",
        Text(
            "服务器前面有几层代理。只相信这么多层的标头；数目不对，记录里的地址就不对。",
            "How many proxies stand before the server. Only so many of their headers are "
            "believed; a wrong number writes wrong addresses into the record.",
        ),
        "0",
        _number(0, 9),
    )
    tsa_url: str = _setting(
        "SUNLIT_TSA_URL",
        Text(
            "时间戳机构（RFC 3161），最好由别人运行。空着：不用，开标记录写明哪些只凭运维者。",
            "The time-stamping authority (RFC 3161), best one that somebody else runs. Empty: "
            "none, and each opening record says what then rests on the operator's word.",
        ),
        "",
    )
    secret_key: str = _setting(
        "SUNLIT_SECRET_KEY",
        Text(
            "会话和表单令牌的密钥。空着：生成一次，存在`SUNLIT_VAR/keys`。",
            "The key of sessions and form tokens. Empty: made once and kept in `SUNLIT_VAR/keys`.",
        ),
        "",
    )
    upload_bytes_max: int = _setting(
        "SUNLIT_UPLOAD_BYTES_MAX",
        Text(
            "接受的最大文件，按字节。",
            "The largest file that is taken, in bytes.",
        ),
        str(200 << 20),
        _number(1, 1 << 40),
    )
    smtp_url: str = _setting(
        "SUNLIT_SMTP_URL",
        Text(
            "邮件服务器，写作`smtp://user:password@host:587`。空着：邮件存到`SUNLIT_VAR/mail`。",
            "The mail server, `smtp://user:password@host:587`. Empty: mail goes to "
            "`SUNLIT_VAR/mail`.",
        ),
        "",
    )
    mail_from: str = _setting(
        "SUNLIT_MAIL_FROM",
        Text(
            "邮件的发件人。",
            "The sender of mail.",
        ),
        "sunlit@localhost",
    )
    ocid_prefix: str = _setting(
        "SUNLIT_OCID_PREFIX",
        Text(
            "采购编号的发布者前缀，在开放合同伙伴组织（OCP）登记。",
            "The publisher's prefix of purchase numbers, registered with the Open Contracting "
            "Partnership.",
        ),
        "ocds-sunlit-demo",
    )

    @property
    def base_url(self) -> str:
        """Where the public finds the pages; the demonstration is on plain localhost."""
        return f"http://{self.host_name}:{self.port}" if self.demo else f"https://{self.host_name}"


def each_setting() -> tuple[Field[Any], ...]:
    """Every setting; `metadata` holds its name in the environment, its default and its words."""
    return fields(Settings)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment; WrongSetting for a bad value or an unknown name of ours."""
    known = {entry.metadata["name"]: entry for entry in each_setting()}
    # A mistyped SUNLIT_DEMO must not silently give something other than what was meant.
    ours = (n for n in environment if n.startswith("SUNLIT_"))
    # Those of the offline tool `sunlit-bid` may stand in the same environment.
    unknown = sorted(n for n in ours if n not in known and not n.startswith("SUNLIT_BID_"))
    if unknown:
        raise WrongSetting("There is no setting " + ", ".join(unknown) + ".")
    given: dict[str, Any] = {}
    for name, entry in known.items():
        if text := environment.get(name, ""):
            try:
                given[entry.name] = entry.metadata["read"](text)
            except ValueError as problem:
                raise WrongSetting(f"{name} must be {problem}; it is {text!r}.") from problem
    return Settings(**given)
