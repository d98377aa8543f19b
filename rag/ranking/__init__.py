"""Ranking: turns passages into ranked evidence."""
