"""What articles are made of: sentences, chunks, words, numbers, dates, languages."""
