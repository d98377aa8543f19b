"""Answering: understanding, retrieval, ranking, composing and checking."""
