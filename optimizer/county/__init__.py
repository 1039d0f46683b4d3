"""What is true: the tables of a county."""
