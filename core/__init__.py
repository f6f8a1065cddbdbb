"""The service layer: one module per noun, one public method per thing that an operator or a client can do."""
