"""Training of the reader (extra `train`)."""
