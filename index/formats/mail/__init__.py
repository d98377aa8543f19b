"""Mail messages, and web pages saved as MIME."""
