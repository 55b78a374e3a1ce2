"""Work orders: field work with tasks, repairs and sign-off."""
