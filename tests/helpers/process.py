"""The real server in a process of its own, to be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from tests.helpers.serving import CROSSROADS

PATIENCE_S = 60


class ServerProcess:
    """`forkreel serve` with the test card on one port and one database, however often it is killed."""

    def __init__(self, database: str, *stories: Path, **settings: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = {f"FORKREEL_{name.upper()}": value for name, value in settings.items()}
        words = ["serve", *map(str, stories or (CROSSROADS,)), "--model", "testcard", "--port", str(self.port)]
        self._command = [sys.executable, "-m", "forkreel", *words, "--database", database]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns when it is ready to play."""
        environment = {**os.environ, "FORKREEL_ICE_LOOPBACK": "1", **self._settings}
        self._process = subprocess.Popen(self._command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            assert self._process.poll() is None, "the server did not start"
            assert time.monotonic() < deadline, "the server does not answer"
            try:
                with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: nothing is said, flushed or closed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE_S)
        self._process = None

    def close(self) -> None:
        """End it, if it still runs."""
        if self._process is not None:
            self.kill()


@contextmanager
def server_process(database: str, *stories: Path, **settings: str) -> Iterator[ServerProcess]:
    """A server that runs, and is gone afterwards."""
    server = ServerProcess(database, *stories, **settings)
    try:
        server.start()
        yield server
    finally:
        server.close()
