"""From a standalone question to passages."""
