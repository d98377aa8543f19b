"""Text processing: sentences, chunks, words, numbers, dates and languages."""
