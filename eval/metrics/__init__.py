"""Measures of one answer."""
