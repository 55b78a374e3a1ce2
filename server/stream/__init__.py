"""The live connection: one asyncio process that tells open consoles how high the feed stands.

A poke carries the height only; what changed is pulled through the feed, with the reader's own
permissions. No framework, no thread per stream, and never a database connection held open.
"""
