"""Files that prove what was done: photos, signatures and documents bound to records."""
