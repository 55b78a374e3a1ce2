"""Customers, the sites they own, and the territories that group sites and engineers."""
