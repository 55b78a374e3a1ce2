"""The command line of an operator: start, prepare and look after one installation."""
