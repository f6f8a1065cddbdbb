"""Protected APIs: the service, who may call them and why not, and what gateways are told."""
