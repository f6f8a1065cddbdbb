"""Short lists, filtered and sorted where they are: there are few of each."""
