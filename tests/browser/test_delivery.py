"""What the stream does for who watches in Chromium, by Chromium's own figures: codecs, and tiers that change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forkreel.stream.peer import Peer
from forkreel.stream.tiers import TierChoice
from tests.browser.conftest import NewViewer
from tests.browser.viewer import Viewer
from tests.helpers.serving import Serving, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
SIZES = [(512, 288), (384, 216), (256, 144)]
TRIES = 6

_OFFER_ONLY = """
(codec) => {
  const {addTransceiver} = RTCPeerConnection.prototype;
  const {codecs} = RTCRtpReceiver.getCapabilities('video');
  RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
    const made = addTransceiver.call(this, kind, init);
    if (kind === 'video') made.setCodecPreferences(codecs.filter(({mimeType}) => mimeType === `video/${codec}`));
    return made;
  };
}
"""
_HAS = "(codec) => RTCRtpReceiver.getCapabilities('video').codecs.some(({mimeType}) => mimeType === `video/${codec}`)"
_PICTURE = """
async () => {
  const stats = await kept.peers.at(-1).getStats();
  const picture = [...stats.values()].find(({type, kind}) => type === 'inbound-rtp' && kind === 'video');
  return {...picture, codec: stats.get(picture.codecId).mimeType, width: document.querySelector('video').videoWidth};
}
"""


class Told(TierChoice):
    """The tier that the test says: what this machine is busy with changes nothing."""

    def reported(self, lost: float, now_s: float) -> None:
        """Not listened to."""

    def estimated(self, bps: int, sent_bps: float, now_s: float) -> None:
        """Not listened to."""

    def fell_behind(self, now_s: float) -> None:
        """Not listened to."""


async def picture(viewer: Viewer, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Chromium's figures of the picture that it receives, once they are as wanted."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        found.update(await viewer.page.evaluate(_PICTURE))
        return wanted(found)

    await viewer.until_it(look)
    return found


async def watch_only(viewer: Viewer, codec: str) -> None:
    if not await viewer.page.evaluate(_HAS, codec):
        pytest.skip(f"this Chromium has no {codec}")
    await viewer.page.add_init_script(f"({_OFFER_ONLY})('{codec}')")
    await viewer.watch("crossroads")


async def test_who_offers_h264_alone_gets_pictures_that_move(viewer: Viewer) -> None:
    await watch_only(viewer, "H264")
    first = await picture(viewer, lambda found: found["framesDecoded"] > 0)
    assert first["codec"] == "video/H264"
    later = await picture(viewer, lambda found: found["framesDecoded"] > first["framesDecoded"] + 24)
    assert later["width"] == 512
    card = await viewer.card()
    assert (await viewer.card(lambda next_card: next_card.frame > card.frame + 24)).scene == 0


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_another_tier_and_back_is_another_size_and_no_break(
    seated: NewViewer, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forkreel.stream.peer.TierChoice", Told)
    async with serving(size=SIZES[0]) as house:
        viewer = await seated(house.url)
        await watch_only(viewer, codec)
        peer = watching(house)
        for _ in range(TRIES):
            if await there_and_back(viewer, peer) == 0:
                return  # a busy machine freezes now and then, a change that breaks the picture each time
        pytest.fail("the picture froze each time")


def watching(house: Serving) -> Peer:
    (session,) = house.server.sessions.all()
    (peer,) = session.broadcast._peers.values()
    return peer


async def there_and_back(viewer: Viewer, peer: Peer) -> int:
    """Down a tier, two at once, and up again: how often Chromium saw the picture freeze."""
    before = await picture(viewer, lambda found: found["framesDecoded"] > 24 and found["width"] == SIZES[0][0])
    for tier in (1, 2, 0):
        asked = await picture(viewer, lambda found: True)
        peer._choice.tier = tier
        peer._aim()

        def changed(found: dict[str, Any], tier: int = tier, from_frame: int = asked["framesDecoded"]) -> bool:
            size = (found["frameWidth"], found["frameHeight"])
            return size == SIZES[tier] and found["width"] == size[0] and found["framesDecoded"] > from_frame + 12

        after = await picture(viewer, changed)
        assert after["codec"] == asked["codec"]
        assert after["keyFramesDecoded"] > asked["keyFramesDecoded"]
    return int(after["freezeCount"] + after["pliCount"] - before["freezeCount"] - before["pliCount"])
