from __future__ import annotations

import subprocess
import sys

import pytest

from tests.network.faults import Faults, Path
from tests.network.namespaces import SERVER, Bridge, NoNamespaces, two_namespaces
from tests.network.soak import frozen, played

ECHO = """
import socket
heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
heard.bind(("10.77.0.1", 7007))
print("listening", flush=True)
while True:
    data, address = heard.recvfrom(2000)
    heard.sendto(data, address)
"""
ASK = f"""
import socket
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.settimeout(0.05)
answered = 0
for number in range(100):
    asking.sendto(b"%d" % number, ("{SERVER}", 7007))
    try:
        answered += asking.recv(2000) == b"%d" % number
    except TimeoutError:
        pass
print(answered)
"""


def test_what_two_namespaces_say_to_each_other_passes_the_bad_network_alone() -> None:
    there = Path(Faults(loss=0.2), 5)
    try:
        with two_namespaces(there, Path(Faults(), 6)) as (server, viewer, bridge):
            echo = subprocess.Popen(
                ["ip", "netns", "exec", server, sys.executable, "-c", ECHO], stdout=subprocess.PIPE, text=True
            )
            assert echo.stdout is not None
            with echo.stdout:
                try:
                    assert echo.stdout.readline() == "listening\n"
                    ask = ["ip", "netns", "exec", viewer, sys.executable, "-c", ASK]
                    asked = subprocess.run(ask, capture_output=True, text=True, timeout=60, check=True)
                finally:
                    echo.kill()
                    echo.wait()
    except NoNamespaces as reason:
        pytest.skip(str(reason))
    again = Path(Faults(loss=0.2), 5)
    fates = [again.arrival_s(0.0, 60) for _ in range(100)]
    assert there.lost == fates.count(None) > 0, "the seed decides, whatever the machine does"
    assert there.passed == 100 - there.lost
    assert 0 < int(asked.stdout) <= there.passed
    assert bridge.back.passed == there.passed


def test_what_the_server_sends_is_told_by_the_half_second() -> None:
    offered = {0: 100_000, 1: 100_000, 2: 50_000, 3: 40_000, 4: 40_000}
    bridge = Bridge("", "", Path(Faults(), 1), Path(Faults(), 2), offered=offered)
    assert bridge.rate_bps(0.0, 1.0) == 1.6e6
    assert bridge.settled_s(0.5, 0.7e6) == 1.0, "the second half second and the third were too much"
    assert bridge.settled_s(0.5, 0.1e6) is None
    assert bridge.settled_s(0.5, 3e6) == 0.0


def test_a_freeze_is_what_a_player_with_a_fifth_of_a_second_in_hand_shows() -> None:
    cards = [(number, number / 24) for number in range(48)]
    share, last_s = frozen(played(cards), 2.2)
    assert (share, last_s) == (0.0, None)
    late = [(number, at + (0.4 if 20 <= number < 30 else 0.0)) for number, at in cards]
    share, last_s = frozen(played(late), 2.2)
    assert share == pytest.approx((0.4 - 0.2 + 1 / 24) / 2.0, abs=0.01)
    assert last_s == pytest.approx(20 / 24 + 0.4)
