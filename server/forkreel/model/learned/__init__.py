"""learned: models distilled from somebody's own renderer or frames, by `forkreel train --painter` or `--data`.

Their axes are whatever was declared: `axes` turns them into a space, `network` paints, `learned` is the `Model`.
"""
