"""The actinide command; `actinide help` in a shell says what it does."""
