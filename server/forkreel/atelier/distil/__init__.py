"""distil: somebody's own renderer, or frames that it exported, made into a model that plays live.

`source` is where pictures come from: a `Painter`, or a folder. `training` teaches `model.learned` to paint them.
"""
