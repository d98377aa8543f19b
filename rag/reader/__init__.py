"""The reader: a small trained model that finds the words that answer."""
