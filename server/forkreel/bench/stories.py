"""What benches play."""

NAME = "there-and-back"
THERE_AND_BACK = """\
story: There and back
start: here
scenes:
  here: {prompt: here, move: {path: cut}, ask: {prompt: Where to?, choices: [{id: go, label: Go, goto: there}]}}
  there: {prompt: there, move: {path: cut}, ask: {prompt: And now?, choices: [{id: back, label: Back, goto: here}]}}
"""


def broken(error: Exception) -> None:
    """A story that cannot be played ends the bench."""
    raise error
