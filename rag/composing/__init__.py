"""From evidence to cited statements."""
