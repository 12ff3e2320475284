import threading

from forkreel.stream.handoff import Handoff


def test_items_come_out_in_order_and_the_giver_is_never_more_than_one_ahead() -> None:
    handoff: Handoff[int] = Handoff()
    given: list[int] = []
    ahead: list[int] = []

    def give() -> None:
        for item in range(50):
            handoff.put(item)
            given.append(item)

    thread = threading.Thread(target=give)
    thread.start()
    taken = []
    for _ in range(50):
        taken.append(handoff.take())
        ahead.append(len(given) - len(taken))
    thread.join()
    assert taken == list(range(50))
    assert max(ahead) <= 1


def test_closing_frees_a_giver_that_waits() -> None:
    handoff: Handoff[int] = Handoff()
    handoff.put(1)
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(handoff.put(2)))
    thread.start()
    handoff.close()
    thread.join()
    assert results == [False]


def test_closing_frees_a_taker_that_waits() -> None:
    handoff: Handoff[int] = Handoff()
    results: list[int | None] = []
    thread = threading.Thread(target=lambda: results.append(handoff.take()))
    thread.start()
    handoff.close()
    thread.join()
    assert results == [None]
