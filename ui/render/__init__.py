"""Answers, articles and lists as HTML, Markdown and plain text."""
