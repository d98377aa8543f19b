"""Articles in: load, extract, split into sentences and chunks, keep in the library."""
