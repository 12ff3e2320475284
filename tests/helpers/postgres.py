"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached by a socket in it, gone afterwards."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoPostgres(Exception):
    """There is no PostgreSQL to start."""


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of an empty database; raises `NoPostgres` with the reason where none can be started."""
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="fkpg"))  # short: a socket's path holds 107 bytes
    try:
        if user != getpass.getuser():
            shutil.chown(folder, user)
        data = folder / "data"
        _run(user, programs / "initdb", "-D", data, "-U", "forkreel", "--auth=trust", "-E", "UTF8", "--locale=C")
        options = f"-k {folder} -c listen_addresses=''"
        _run(user, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://forkreel@/postgres?host={folder}"
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)  # where Debian puts them
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("PostgreSQL is not installed: on Debian, apt-get install postgresql")


def _user() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(user: str, *command: object) -> None:
    words = [str(word) for word in command]
    if user != getpass.getuser():
        words = ["setpriv", f"--reuid={user}", "--clear-groups", *words]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise NoPostgres(f"{' '.join(words)} failed: {done.stderr.strip()[-400:]}")
