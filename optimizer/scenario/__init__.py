"""What is assumed: the layered what-if and where each value came from."""
