"""The service layer: a room for each noun, one public method per thing that an operator or a client can do."""
