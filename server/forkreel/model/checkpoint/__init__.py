"""Checkpoints of others: text-to-image models in diffusers layout that denoise in a few steps.

`folder` finds one and refuses what cannot be played, `families` says how each family is asked, `checkpoint` is the
`Model` and `take` the `Take`. Importing this package imports no torch.
"""
