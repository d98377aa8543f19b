"""The stores of a library: articles, full text, vectors, and the source of each article."""
