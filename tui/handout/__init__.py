"""What leaves for the operator's own hands: copies, files, commands, configurations."""
