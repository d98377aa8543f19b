"""Answers out: question, retrieval, quoting, the answer with its citations."""
