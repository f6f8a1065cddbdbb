"""The commands: one file per noun, each on the same services as the console (INTERFACE.md section 2)."""
