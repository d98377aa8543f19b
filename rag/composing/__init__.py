"""From evidence to statements."""
