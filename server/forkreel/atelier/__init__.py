"""atelier: the painter that makes the house model's training pictures, its training and its evaluation.

Only `forkreel train` comes here; playing a story never does.
"""
