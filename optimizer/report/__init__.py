"""The telling: what is shown of a plan or a comparison."""
