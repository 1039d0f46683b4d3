"""What a foreign inventory says, told in a county's tables by a declared mapping."""
