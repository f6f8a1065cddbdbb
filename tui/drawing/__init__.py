"""How text and time look, how large the terminal must be, and what is left behind on it."""
