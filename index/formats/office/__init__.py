"""Word-processor files and e-books."""
