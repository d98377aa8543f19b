"""Serving the page: who may use it, and what the browser may do."""
