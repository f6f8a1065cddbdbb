"""What operators set out to do: a dialog, a service call, a sentence about how it went."""
