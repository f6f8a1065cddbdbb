"""Client secrets: their places, their rows, rotation and its grace, and whose a secret is."""
