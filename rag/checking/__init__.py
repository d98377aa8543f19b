"""Whether a statement is supported by the sentences it cites."""
