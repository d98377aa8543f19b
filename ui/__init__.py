"""For people: the terminal and the browser."""
