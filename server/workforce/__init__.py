"""Engineers: their skills, shifts, absences and last known position."""
