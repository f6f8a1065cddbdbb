"""The HTTP face: the authorization server for machines, one file per endpoint."""
