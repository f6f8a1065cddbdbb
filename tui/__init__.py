"""The console: it draws and asks. It holds no rule, and sees no table."""
