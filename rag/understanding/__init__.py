"""From a question and its history to a standalone question."""
