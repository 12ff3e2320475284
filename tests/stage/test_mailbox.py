import pytest

from forkreel.errors import Refused
from forkreel.stage.mailbox import Letter, Mailbox
from forkreel.story.moment import Choose, Steer


def letter(name: str) -> Letter:
    return Letter(Choose("p", name), name, lambda answer: None)


def steered(name: str, value: float) -> Letter:
    return Letter(Steer("lamp", value), name, lambda answer: None)


def ids(mailbox: Mailbox) -> list[object]:
    return [one.id for one in mailbox.drain()]


def test_letters_come_out_in_the_order_in_which_they_came_and_of_what_is_steered_the_latest() -> None:
    mailbox = Mailbox()
    assert mailbox.replace("lamp", steered("first", 1)) is None
    mailbox.post(letter("before"))
    lost = mailbox.replace("lamp", steered("second", 2))
    mailbox.post(letter("after"))
    assert lost is not None
    assert lost.id == "first"
    assert ids(mailbox) == ["before", "second", "after"]
    assert ids(mailbox) == []


def test_a_control_that_is_moved_before_a_choice_is_moved_before_it() -> None:
    mailbox = Mailbox()
    mailbox.replace("lamp", steered("lamp", 1))
    mailbox.post(letter("go"))
    assert ids(mailbox) == ["lamp", "go"]


def test_the_mailbox_is_bounded_whatever_is_put_into_it() -> None:
    mailbox = Mailbox(3)
    mailbox.post(letter("a"))
    for name in ("b", "c"):
        mailbox.replace(name, steered(name, 1))
    for more in (lambda: mailbox.post(letter("d")), lambda: mailbox.replace("d", steered("d", 1))):
        with pytest.raises(Refused) as refused:
            more()
        assert refused.value.code == "busy"
    mailbox.replace("b", steered("again", 2))
    assert ids(mailbox) == ["a", "c", "again"]
