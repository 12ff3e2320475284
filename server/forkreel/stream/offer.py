"""A viewer's SDP offer, checked before anything is built for it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from aiortc.codecs import get_capabilities
from aiortc.rtcpeerconnection import is_codec_compatible
from aiortc.sdp import MediaDescription, SessionDescription

from forkreel.errors import StreamError

MAX_LINES = 1000
"""aiortc's parser takes quadratic time over some lines; browsers send about two hundred."""
CODECS = {"video": ("VP8", "H264"), "audio": ("opus",)}
"""What can be sent; see `_codec` for which of them is."""
_NAMES = {
    "video": "VP8/90000 nor H264/90000 (packetization-mode=1, constrained baseline)",
    "audio": "opus/48000",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is read of an offer: its bytes in UTF-8, its m-lines, and how many of its candidates are tried."""

    size_bytes: int = 64 * 1024
    media_lines: int = 4
    candidates: int = 20


@dataclass(frozen=True, slots=True)
class Media:
    """One m-line: its kind, whether our track of that kind goes there, and the codec's name."""

    kind: str
    carries: bool
    codec: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that can be answered. `sdp` is what is left of it once its candidates have been sifted."""

    sdp: str
    media: tuple[Media, ...]

    @classmethod
    def parse(cls, sdp: str, *, private: bool = False, limits: Limits | None = None) -> Offer:
        """Text from outside as an offer; `private` keeps candidates in private networks.

        Raises `StreamError`: 413 too large, 406 no common codec, else 400.
        """
        limits = limits or Limits()
        if len(sdp.encode("utf8", "replace")) > limits.size_bytes:
            raise StreamError(f"The offer is larger than {limits.size_bytes / 1024:g} KiB.", 413)
        lines = sdp.splitlines()
        if len(lines) > MAX_LINES:
            raise StreamError(f"The offer has {len(lines)} lines; at most {MAX_LINES} are read.", 413)
        if not lines or lines[0].strip() != "v=0":
            raise StreamError("This is no SDP: the first line has to be v=0.")
        sifted = "\r\n".join(_sift(lines, private, limits.candidates)) + "\r\n"
        try:
            description = SessionDescription.parse(sifted)
        except Exception as error:
            # The parser answers a broken line with whatever it happens to break: StopIteration, AssertionError, ...
            raise StreamError(f"The offer is not well-formed SDP: {error or type(error).__name__}.") from error
        _check_session(description, limits.media_lines)
        for line in description.media:
            _check_media(line)
        media = tuple(_roles(description.media))
        if not any(role.carries for role in media):
            raise StreamError("The offer asks for nothing: none of its m-lines has a=recvonly or a=sendrecv.")
        return cls(sifted, media)


def _sift(lines: list[str], private: bool, most: int) -> list[str]:
    """The lines without candidates that are beyond the limit, hosts to be looked up, in private networks, or not UDP.

    Checks go out to candidates, so an offer could aim them at anybody. End-of-candidates goes too: the peer's own
    checks may come from an address that the offer does not name, and ICE would fail before they arrive.
    """
    kept: list[str] = []
    candidates = 0
    for line in lines:
        if line.startswith("a=end-of-candidates"):
            continue
        if line.startswith("a=candidate:"):
            if candidates == most or not _reachable(line, private):
                continue
            candidates += 1
        kept.append(line)
    return kept


def _reachable(line: str, private: bool) -> bool:
    """Whether a candidate line names a UDP port at an IP address that may be tried."""
    fields = line.split()
    if len(fields) < 8 or fields[2].lower() != "udp" or fields[1] != "1":
        return False
    try:
        address = ipaddress.ip_address(fields[4])
    except ValueError:
        return False
    if not (fields[5].isdecimal() and 0 < int(fields[5][:6]) < 65536):
        return False
    return private or (address.is_global and not address.is_multicast)


def _check_session(description: SessionDescription, most: int) -> None:
    kinds = [media.kind for media in description.media]
    if not kinds:
        raise StreamError("The offer has no m-line.")
    if len(kinds) > most:
        raise StreamError(f"The offer has {len(kinds)} m-lines; at most {most} are answered.")
    for kind in kinds:
        if kind not in CODECS:
            raise StreamError(f"The offer has an m-line of kind {kind}; only audio and video are served.")
    mids = [media.rtp.muxId for media in description.media]
    if not all(mids) or len(set(mids)) < len(mids):
        raise StreamError("Each m-line of the offer needs its own a=mid.")
    if any(media.direction is None for media in description.media):
        raise StreamError("Each m-line of the offer needs a direction: a=recvonly.")
    bundle: list[str] = next((group.items for group in description.group if group.semantic == "BUNDLE"), [])
    if (len(mids) > 1 or bundle) and (set(bundle) != set(mids) or bundle[0] != mids[0]):
        raise StreamError(f"The offer has to bundle all its m-lines, in order: a=group:BUNDLE {' '.join(mids)}.")


def _roles(lines: list[MediaDescription]) -> list[Media]:
    """The first m-line of each kind that can receive carries our track, the others stay idle."""
    roles: list[Media] = []
    for line in lines:
        receives = line.direction in ("recvonly", "sendrecv")
        carries = receives and not any(role.carries and role.kind == line.kind for role in roles)
        roles.append(Media(line.kind, carries, _codec(line)))
    return roles


def _where(line: MediaDescription) -> str:
    return f"The offer's {line.kind} m-line (mid {line.rtp.muxId})"


def _check_media(line: MediaDescription) -> None:
    where = _where(line)
    if line.dtls is None or not line.dtls.fingerprints:
        raise StreamError(f"{where} lacks a=fingerprint or a=setup.")
    if line.dtls.role != "auto":
        raise StreamError(f"{where} is not an offer's: that has a=setup:actpass, and the server decides.")
    if not line.ice.usernameFragment or not line.ice.password:
        raise StreamError(f"{where} lacks a=ice-ufrag or a=ice-pwd.")
    if not line.rtcp_mux:
        raise StreamError(f"{where} lacks a=rtcp-mux.")


def _codec(line: MediaDescription) -> str:
    """The codec that is sent: the first in the viewer's order of those that we have, so mostly VP8 for pictures.

    Raises `StreamError` 406 when there is none in common.
    """
    ours = [codec for codec in get_capabilities(line.kind).codecs if codec.name in CODECS[line.kind]]
    order = {payload_type: at for at, payload_type in enumerate(line.fmt)}
    offered = sorted(line.rtp.codecs, key=lambda codec: order.get(codec.payloadType, len(order)))
    names: list[str] = [codec.name for theirs in offered for codec in ours if is_codec_compatible(codec, theirs)]
    if not names:
        neither = "neither " if " nor " in _NAMES[line.kind] else ""
        raise StreamError(f"{_where(line)} offers {neither}{_NAMES[line.kind]}.", 406)
    return names[0]
