"""`python -m forkreel` is the command `forkreel`."""

from forkreel.cli import main

main(prog_name="forkreel")
