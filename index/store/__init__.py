"""What a library keeps: articles, full text, vectors, and where each came from."""
