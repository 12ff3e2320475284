from __future__ import annotations

from forkreel.stage.messages import Ack
from forkreel.stage.receipts import Receipts


def test_the_oldest_answers_are_forgotten_first() -> None:
    receipts = Receipts(capacity=3)
    for number in range(10):
        receipts.keep(1, number, Ack(number, number, 0))
    assert len(receipts) == 3
    assert [receipts.find(1, number) is not None for number in (6, 7, 9)] == [False, True, True]


def test_a_message_without_an_id_is_not_remembered() -> None:
    receipts = Receipts()
    receipts.keep(1, None, Ack(None, 1, 0))
    assert len(receipts) == 0
    assert receipts.find(1, None) is None
