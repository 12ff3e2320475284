"""A server in a process of its own, so that it can be killed, measured from outside, and kept on one core."""

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

from forkreel.bench.live.client import PATIENCE_S
from forkreel.errors import ServeError

_LIMITS = {
    "OFFERS_A_MINUTE": "100000",
    "MAX_VIEWERS": "400",
    "ICE_LOOPBACK": "1",
    "MESSAGES_A_SECOND": "1000",
    "BITRATE_BPS": "600000",
}


class Child:
    """A server with the test card in a process of its own: `forkreel serve`, or any other command that takes a port."""

    def __init__(self, *command: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", *command, "--port", str(port)]
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def of(cls, story: Path, database: Path) -> Child:
        """`forkreel serve`."""
        return cls("forkreel", "serve", str(story), "--model", "testcard", "--database", f"sqlite:///{database}")

    def start(self) -> None:
        """Start it; returns as soon as it is ready to play."""
        environment = {**os.environ, **{f"FORKREEL_{name}": value for name, value in _LIMITS.items()}}
        self._process = subprocess.Popen(self._command, env=environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if _is_ready(self.url):
                return
            time.sleep(0.02)
        raise ServeError("the server that is measured did not start")

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def keep_to(self, core: int) -> None:
        """Run on one core alone, with all threads there are and will be."""
        assert self._process is not None, "start() comes first"
        for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), {core})

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None, "start() comes first"
        return self._process.pid

    def _status(self, name: str) -> int:
        assert self._process is not None, "start() comes first"
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1])

    def resident_kb(self) -> int:
        """Its resident memory."""
        return self._status("VmRSS:")

    def held(self) -> tuple[int, int]:
        """Its threads and open descriptors."""
        assert self._process is not None, "start() comes first"
        return self._status("Threads:"), len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))


def cpu_s(pid: int) -> float:
    """The processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(child: Child) -> Iterator[Child]:
    """The child, started; killed in the end."""
    try:
        child.start()
        yield child
    finally:
        child.kill()


def _is_ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=2) as answer:
            ready: bool = answer.status == 200
            return ready
    except OSError:
        return False
