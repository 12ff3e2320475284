from __future__ import annotations

from itertools import pairwise

from forkreel.stream.tiers import CALM_FAR_S, CALM_MOST_S, CALM_S, DRAIN_S, Rate, TierChoice, ladder

BITRATES = [1_800_000, 540_000, 216_000]


class Network:
    """Takes so many bits a second, reports each second as a receiver does, and keeps the tiers that were chosen."""

    def __init__(self, takes_bps: float, losing: float = 0.0) -> None:
        self.takes_bps = takes_bps
        self.losing = losing
        self.now_s = 0.0
        self.choice = TierChoice(BITRATES, self.now_s)
        self.tiers: list[int] = []
        self._estimate_bps = 0.0

    def run(self, seconds: int, remb: bool = False) -> list[int]:
        """The tier after each second."""
        for _ in range(seconds):
            self.now_s += 1.0
            sent = BITRATES[self.choice.tier]
            got = min(sent, self.takes_bps)
            if remb:
                over = sent > self.takes_bps
                grown = min(1.08 * self._estimate_bps if self._estimate_bps else sent, 1.5 * got + 10_000)
                self._estimate_bps = 0.85 * got if over else grown
                self.choice.estimated(round(self._estimate_bps), sent, self.now_s)
            else:
                self.choice.reported(max(self.losing, 1 - got / sent), self.now_s)
            self.tiers.append(self.choice.tier)
        return self.tiers[-seconds:]


def test_the_tiers_keep_the_shape_of_the_picture_and_take_less_each() -> None:
    for width, height in ((512, 288), (640, 360), (1024, 576), (1280, 720)):
        tiers = ladder(width, height, 1_800_000)
        assert all(tier.width * height == tier.height * width for tier in tiers)
        assert [tier.bitrate_bps for tier in tiers] == BITRATES
    assert all(tier.width % 2 == tier.height % 2 == 0 for tier in ladder(326, 198, 600_000))


def test_who_loses_nothing_watches_the_best() -> None:
    assert set(Network(5_000_000).run(60)) == {0}


def test_five_per_cent_at_random_are_no_reason_to_send_less() -> None:
    assert set(Network(5_000_000, losing=0.05).run(60)) == {0}


def test_a_rate_that_drops_is_followed_within_four_seconds_by_loss_alone() -> None:
    network = Network(3_000_000)
    network.run(10)
    network.takes_bps = 800_000
    assert network.run(8)[3:] == [1] * 5


def test_and_by_the_estimate_alone() -> None:
    network = Network(3_000_000)
    network.run(10, remb=True)
    network.takes_bps = 800_000
    tiers = network.run(8, remb=True)
    assert network.tiers[:10] == [0] * 10
    assert tiers[3:] == [1] * 5


def test_an_estimate_far_down_goes_to_the_tier_that_fits_at_once() -> None:
    network = Network(300_000)
    assert network.run(2, remb=True) == [0, 2]


def test_a_first_estimate_that_is_low_and_grows_as_a_browsers_does_means_nothing() -> None:
    choice = TierChoice(BITRATES, 0.0)
    for tick in range(50):
        choice.estimated(round(259_000 * 1.016**tick), 400_000, tick / 5)
        assert choice.tier == 0


def test_estimates_that_are_short_for_less_than_a_second_mean_nothing() -> None:
    choice = TierChoice(BITRATES, 0.0)
    choice.estimated(2_000_000, 1_800_000, 0.0)
    tiers = []
    for tick in range(1, 8):
        choice.estimated(1_200_000, 1_800_000, tick / 5)
        tiers.append(choice.tier)
    assert tiers == [0] * 5 + [1] * 2


def test_estimates_far_below_what_is_sent_are_followed_as_soon_as_there_are_two() -> None:
    choice = TierChoice(BITRATES, 0.0)
    choice.estimated(2_000_000, 1_800_000, 0.0)
    tiers = []
    for tick in range(1, 4):
        choice.estimated(700_000, 1_800_000, tick / 4)
        tiers.append(choice.tier)
    assert tiers == [0, 1, 1]


def test_after_an_estimate_far_down_the_way_may_drain_and_after_no_other_fall() -> None:
    far, near = TierChoice(BITRATES, 0.0), TierChoice(BITRATES, 0.0)
    for choice, bps in ((far, 700_000), (near, 1_200_000)):
        choice.estimated(2_000_000, 1_800_000, 0.0)
        for tick in range(1, 9):
            choice.estimated(bps, 1_800_000, tick / 5)
    assert far.tier > 0
    assert near.tier > 0
    assert far.quiet_until_s == 2 / 5 + DRAIN_S
    assert near.quiet_until_s < 0


def test_who_lost_much_waits_longer_and_falls_at_once_if_moving_up_was_wrong() -> None:
    choice = TierChoice(BITRATES, 0.0)

    def narrow_from(now_s: float) -> None:
        choice.estimated(2_000_000, 1_800_000, now_s)
        choice.estimated(700_000, 1_800_000, now_s + 0.25)
        choice.estimated(700_000, 1_800_000, now_s + 0.5)

    narrow_from(0.0)
    assert choice.tier == 1
    for second in range(1, round(CALM_FAR_S)):
        choice.reported(0.0, float(second))
        assert choice.tier == 1
    choice.reported(0.0, CALM_FAR_S + 1)
    assert choice.tier == 0
    narrow_from(CALM_FAR_S + 1)
    assert choice.tier == 1


def test_an_estimate_below_a_tier_that_is_hardly_used_means_nothing() -> None:
    choice = TierChoice(BITRATES, 0.0)
    for second in range(1, 30):
        choice.estimated(310_000, 200_000, float(second))
    assert choice.tier == 0


def test_after_a_calm_stretch_it_moves_up_again_one_tier_at_a_time() -> None:
    network = Network(300_000)
    network.run(4)
    network.takes_bps = 5_000_000
    network.run(40)
    changes = [at for at in range(1, 44) if network.tiers[at] != network.tiers[at - 1]]
    assert [network.tiers[at] for at in changes] == [2, 1, 0]
    assert min(later - earlier for earlier, later in pairwise(changes)) >= CALM_S


def test_estimates_that_lag_behind_a_move_up_do_not_take_it_back() -> None:
    choice = TierChoice(BITRATES, 0.0)
    choice.fell_behind(0.0)
    for second in range(1, 40):
        now_s = float(second)
        sent = BITRATES[choice.tier]
        choice.reported(0.0, now_s)
        choice.estimated(955_000 + 10_000 * second, sent, now_s)
    assert choice.tier == 0


def test_who_falls_each_time_tries_less_and_less_often() -> None:
    network = Network(800_000)
    network.run(600)
    climbs = [at for at in range(1, 600) if network.tiers[at] < network.tiers[at - 1]]
    waits = [later - earlier for earlier, later in pairwise(climbs)]
    assert waits == sorted(waits)
    assert max(waits) >= CALM_MOST_S


def test_reports_about_the_time_before_a_change_do_not_move_it_further() -> None:
    choice = TierChoice(BITRATES, 0.0)
    choice.reported(0.5, 10.0)
    choice.reported(0.5, 10.2)
    choice.fell_behind(10.4)
    assert choice.tier == 1
    choice.reported(0.15, 11.1)
    assert choice.tier == 1


def test_below_the_lowest_there_is_none() -> None:
    assert Network(50_000).run(30)[-1] == 2


def test_the_rate_is_of_the_last_two_seconds() -> None:
    rate = Rate()
    for tick in range(24 * 5):
        rate.add(1000 if tick < 72 else 2000, tick / 24)
    assert rate.bps(5.0) / (24 * 2000 * 8) > 0.95
    assert rate.bps(60.0) == 0.0
