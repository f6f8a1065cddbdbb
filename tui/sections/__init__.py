"""The sections of *Client Authentication*: one for each kind of credential."""
