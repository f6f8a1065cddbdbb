"""Tables, their constraints, and the Database: what holds even against a program that forgets a rule."""
