"""Drafts of question sets."""
