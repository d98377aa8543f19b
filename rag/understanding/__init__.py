"""Understanding: turns a question and its history into a standalone question."""
