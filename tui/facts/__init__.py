"""What is known of a thing, by the names that people read, and what would follow from a change."""
