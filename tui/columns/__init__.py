"""What the columns of each table show of a row."""
