"""Retrieval: finds the passages for a standalone question."""
