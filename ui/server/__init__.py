"""Serving the page: who may come in, and what the browser may do."""
