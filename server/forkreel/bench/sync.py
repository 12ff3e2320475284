"""How far apart flash and tone of the test card are, and how often sound is missing: at aiortc, and in Chromium."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from forkreel.app import load_stories, open_server
from forkreel.bench.stories import THERE_AND_BACK, broken
from forkreel.latent.space import LatentPoint
from forkreel.model.house.space import SPACE, AxisValue, point_of
from forkreel.model.protocol import Quality
from forkreel.settings import Settings
from forkreel.stage.database import MEMORY
from forkreel.story import Story
from forkreel.watch import watch

_TALK = """\
story: Talk
start: here
scenes:
  here:
    axes: {place: lake}
    say: [The lake was black, and it kept the moon to itself.]
    ask: {choices: [{id: go, label: Go, goto: there}]}
  there:
    axes: {place: village}
    sfx: [bell]
    say: [Nobody asked for it., The fox counted the boats that came home.]
    ask: {choices: [{id: back, label: Back, goto: here}]}
"""
_SETTLE_S = 12.0  # in which a browser lets go of what it kept at the start, and the player aligns
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
# In the page: when a picture with a white lower half is shown, and when samples with the tone are heard, by the
# page's clock. A choice is pressed as soon as there is one, up to four times a second.
#
# Two ears hear. `played` takes the samples as they leave the jitter buffer, and adds what the <video>'s way to the
# loudspeaker takes, as the browser has it (media-playout). `heard` is a WebAudio graph with a way and a buffer of its
# own: beside the other it heard the same tones 20 ms later, and up to 90 ms once the machine had stumbled, for that
# buffer grows then and never shrinks. So each tone gets a new source.
_LISTEN = """
async (seconds) => {
  const video = document.querySelector('video');
  const played = [], heard = [], flashes = [];
  let running = true;
  const onset = `(samples, quiet, tell) => {
    for (let at = 0; at < samples.length; at++) {
      if (Math.abs(samples[at]) < 0.1) { quiet++; continue; }
      if (quiet > 24000) tell(at / 48000);
      quiet = 0;
    }
    return quiet;
  }`;
  const code = `const onset = ${onset};
  registerProcessor('ear', class extends AudioWorkletProcessor {
    quiet = 1e9;
    open = true;
    constructor() {
      super();
      this.port.onmessage = () => { this.open = false; };
    }
    process([input]) {
      this.quiet = onset(input[0] ?? [], this.quiet, (at) => this.port.postMessage(currentTime + at));
      return this.open; // else it would be called for ever, and hundreds of them leave the audio no time
    }
  })`;
  const context = new AudioContext({sampleRate: 48000});
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
  await context.resume();
  const silent = new GainNode(context, {gain: 0});
  silent.connect(context.destination);
  const listen = () => {
    const source = context.createMediaStreamSource(video.srcObject), ear = new AudioWorkletNode(context, 'ear');
    source.connect(ear).connect(silent);
    ear.port.onmessage = ({data}) => {
      const {contextTime, performanceTime} = context.getOutputTimestamp();
      heard.push(performanceTime + 1000 * (data - contextTime));
      setTimeout(() => { source.disconnect(); ear.disconnect(); ear.port.postMessage('enough'); listen(); }, 400);
    };
  };
  listen();
  const take = async () => {
    const track = video.srcObject.getAudioTracks()[0].clone();
    const reader = new MediaStreamTrackProcessor({track}).readable.getReader();
    const find = eval(onset);
    let quiet = 1e9, first = Infinity;
    while (running) {
      const {value, done} = await reader.read();
      if (done) break;
      first = Math.min(first, performance.now() - value.timestamp / 1000); // from its clock to the page's
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, {planeIndex: 0, format: 'f32-planar'});
      quiet = find(samples, quiet, (at) => played.push(value.timestamp / 1000 + 1000 * at));
      value.close();
    }
    track.stop();
    return first;
  };
  const taken = take();
  const canvas = new OffscreenCanvas(16, 16).getContext('2d', {willReadFrequently: true});
  let before = 0;
  const look = (now, {expectedDisplayTime}) => {
    canvas.drawImage(video, 0, 0, 16, 16);
    const {data} = canvas.getImageData(4, 13, 8, 2);
    const bright = data.reduce((sum, value, at) => at % 4 ? sum : sum + value, 0) / (data.length / 4);
    if (bright > 200 && before <= 200) flashes.push(expectedDisplayTime);
    before = bright;
    if (running) video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  let changes = 0, scene = '';
  const pressing = setInterval(() => {
    const stage = document.querySelector('.stage');
    if (stage.dataset.scene !== scene) { scene = stage.dataset.scene; changes++; }
    document.querySelector('fork-choices button:not(:disabled)')?.click();
  }, 250);
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  running = false;
  clearInterval(pressing);
  const reports = [...(await window.peers.at(-1).getStats()).values()];
  const {totalPlayoutDelay, totalSamplesCount} = reports.find(({type}) => type === 'media-playout');
  const way = 1000 * totalPlayoutDelay / totalSamplesCount + await taken;
  return {heard, played: played.map((time) => time + way), flashes, changes: Math.max(0, changes - 1)};
}
"""
# Before the page: its peer connections are kept where the statistics can be asked for.
_KEEP = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.peers.push(this); }
};
"""


class BrowserMissing(Exception):
    """Nothing can be measured in a browser here; the text says what is missing."""


class Axes:
    """The house model as far as sound is concerned: its axes, without weights. It paints everything grey."""

    name = "house"
    space = SPACE
    size = (64, 36)
    quality: Quality = "full"

    def point(self, prompt: str, axes: Mapping[str, AxisValue], seed: int) -> LatentPoint:
        """See `Model`."""
        return point_of(axes, seed)

    def take(self, size: tuple[int, int] | None = None) -> Axes:
        """Itself: it remembers nothing."""
        return self

    def fork(self) -> Axes:
        """Likewise."""
        return self

    def paint(self, points: Sequence[LatentPoint]) -> NDArray[np.uint8]:
        """See `Take`."""
        return np.full((len(points), self.size[1], self.size[0], 3), 128, np.uint8)

    def snapshot(self) -> bytes:
        """Nothing."""
        return b""

    def restore(self, snapshot: bytes) -> None:
        """There is nothing to go back to."""

    def warm(self) -> None:
        """It is."""

    def close(self) -> None:
        """It holds nothing."""


async def sync_ms(seconds: float) -> tuple[list[float], int]:
    """How much later the tone of the test card is than its flash, as a receiving peer recorded them over choices.

    And how many choices there were.
    """
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        picks = ["go", "back"] * round(10 * seconds)
        settings = Settings(port=0, model="testcard", database=MEMORY, ice_loopback=True, messages_a_second=1000)
        async with open_server(settings, _written(folder, THERE_AND_BACK)) as server:
            await server.warming
            report = await watch(server.url, picks=picks, seconds=seconds, record=film, hurry=True)
        return await asyncio.to_thread(_offsets_ms, film), len(report.choices)


async def underruns(seconds: float) -> int:
    """How often a peer's buffer ran dry while a show spoke, played and changed its scene after each line."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(port=0, model="house", database=MEMORY, ice_loopback=True)
        async with open_server(settings, _written(folder, _TALK), opener=_open_axes) as server:
            await server.warming
            report = await watch(server.url, picks=["go", "back"] * round(seconds), seconds=seconds)
        return report.underruns


def _open_axes(name: str, *, size: tuple[int, int] | None, fps: int) -> Axes:
    return Axes()


def _written(folder: str, text: str) -> Mapping[str, Story]:
    (path := Path(folder) / "tale.yaml").write_text(text, encoding="utf-8")
    return load_stories([path], broken)


def _offsets_ms(film: Path) -> list[float]:
    flashes, tones, before, loud_until = list[float](), list[float](), 0.0, -1.0
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray")
            bright = float(grey[grey.shape[0] * 3 // 4 :].mean())
            if bright > 200 >= before:
                flashes.append(float(frame.time or 0.0))
            before = bright
    with av.open(str(film)) as container:
        for heard in container.decode(audio=0):
            signal = np.abs(heard.to_ndarray()).max(axis=0).astype(np.float64)
            signal = signal / (32768.0 if signal.max(initial=0.0) > 2.0 else 1.0)
            loud = np.flatnonzero(signal > 0.15)
            if len(loud):
                at = float(heard.time or 0.0) + float(loud[0]) / heard.sample_rate
                if at > loud_until + 0.5:
                    tones.append(at)
                loud_until = float(heard.time or 0.0) + float(loud[-1]) / heard.sample_rate
    return [1000 * apart for apart in _apart(tones, flashes[1:])]


async def browser_sync_ms(seconds: float, settle_s: float = _SETTLE_S) -> tuple[list[float], list[float], int]:
    """The same in Chromium, once the player has brought sound and picture together.

    The tones first as the player's <video> plays them, then as WebAudio hears them; both against the flashes as
    requestVideoFrameCallback tells them. Raises `BrowserMissing` without Chromium or what drives it.
    """
    try:
        from playwright.async_api import async_playwright
    except ImportError as error:
        raise BrowserMissing("playwright is not installed: pip install 'forkreel[test]'") from error
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BrowserMissing("there is no Chromium: apt-get install chromium")
    settings = Settings(port=0, model="testcard", database=MEMORY, ice_loopback=True, messages_a_second=1000)
    with tempfile.TemporaryDirectory() as folder:
        async with open_server(settings, _written(folder, THERE_AND_BACK)) as server, async_playwright() as playwright:
            await server.warming
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
            try:
                page = await (await browser.new_context(bypass_csp=True)).new_page()
                await page.add_init_script(_KEEP)
                await page.goto(f"{server.url}/watch/tale")
                await page.wait_for_selector(".stage[data-seen]", state="attached")
                await page.wait_for_timeout(1000 * settle_s)
                seen: dict[str, Any] = await page.evaluate(_LISTEN, seconds)
            finally:
                await browser.close()
    played, heard = (_apart(seen[ear], seen["flashes"][1:-1]) for ear in ("played", "heard"))
    return played, heard, int(seen["changes"])


def _apart(tones: Sequence[float], flashes: Sequence[float]) -> list[float]:
    """How much later than each flash the tone next to it is, in the unit of both."""
    return [min((tone - flash for tone in tones), key=abs) for flash in flashes if tones]
