"""The server: every room of the platform's core, and the process entries that run it."""
