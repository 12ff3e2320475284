"""studio: what an author sees of a story while it is being written. Knows story and model alone."""
