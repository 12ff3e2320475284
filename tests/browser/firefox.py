"""Debian's Firefox over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): what of it the main path needs."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

PATIENCE_S = 60.0
_PREFERENCES = {
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One page of a running Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._serial = 0
        self._context = ""

    async def begin(self) -> None:
        """Start a session and take its first page."""
        await self._do("session.new", capabilities={})
        tree = await self._do("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]

    async def goto(self, url: str) -> None:
        await self._do("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def value(self, expression: str) -> Any:
        """What an expression of the page gives: a number, a text or a truth."""
        answer = await self._do(
            "script.evaluate",
            expression=expression,
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    async def comes(self, expression: str) -> None:
        """Return once an expression is true; TimeoutError if it never is."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.value(expression):  # noqa: ASYNC110 - the page tells nobody of it
                await asyncio.sleep(0.1)

    async def press(self, key: str) -> None:
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        await self._do(
            "input.performActions", context=self._context, actions=[{"type": "key", "id": "keys", "actions": keys}]
        )

    async def shot(self, path: Path) -> None:
        answer = await self._do("browsingContext.captureScreenshot", context=self._context)
        await asyncio.to_thread(_write, path, base64.b64decode(answer["data"]))

    async def _do(self, method: str, **params: Any) -> Any:
        self._serial += 1
        await self._socket.send(json.dumps({"id": self._serial, "method": method, "params": params}))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                answer = json.loads(await self._socket.recv())
                if answer.get("id") == self._serial:
                    assert answer["type"] == "success", answer
                    return answer["result"]


@asynccontextmanager
async def firefox(program: str, profile: Path) -> AsyncIterator[Firefox]:
    """A headless Firefox with a profile of its own, ended when the context ends."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    process = await asyncio.create_subprocess_exec(
        program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        address = ""
        async with asyncio.timeout(PATIENCE_S):
            while not address:
                line = (await process.stderr.readline()).decode(errors="replace")
                assert line, "firefox ended before it listened"
                found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
                address = found.group(1) if found else ""
        draining = asyncio.create_task(_drain(process.stderr))
        try:
            async with connect(f"{address}/session", max_size=None) as socket:
                page = Firefox(socket)
                await page.begin()
                yield page
        finally:
            draining.cancel()
            await asyncio.wait({draining})
    finally:
        process.terminate()
        await process.wait()


def _write(path: Path, picture: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture)


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass
