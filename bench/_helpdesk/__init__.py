"""The two servers that ``bench.helpdesk`` compares, and the client that asks both."""
