"""A coturn of our own on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PROGRAM = "turnserver"
PATIENCE_S = 20.0


class NoTurn(Exception):
    """There is no coturn on this machine."""


@asynccontextmanager
async def coturn(secret: str, folder: Path) -> AsyncIterator[int]:
    """A TURN server that shares a secret with forkreel; gives its port. `NoTurn` where it is not installed."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise NoTurn(f"{PROGRAM} is missing: tests/helpers/debian.sh installs Debian's coturn")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        program, "-n", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1",
        f"--listening-port={port}", "--use-auth-secret", f"--static-auth-secret={secret}", "--realm=test",
        "--allow-loopback-peers", f"--pidfile={folder / 'coturn.pid'}", f"--userdb={folder / 'coturn.db'}",
        "--log-file=stdout", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                assert process.returncode is None, "coturn did not start"
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                    continue
                writer.close()
                break
        yield port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
