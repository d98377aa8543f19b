"""Figures of whole runs, their intervals and comparisons."""
