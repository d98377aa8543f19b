"""Composing: turns evidence into cited statements."""
