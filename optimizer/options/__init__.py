"""What could be done: every admissible option with its money, people and coverage."""
