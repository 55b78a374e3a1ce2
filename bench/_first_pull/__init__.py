"""The pages that ``bench.first_pull`` measures, and how they are built."""
