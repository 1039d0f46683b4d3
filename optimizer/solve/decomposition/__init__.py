"""The decomposition: prices from a relaxation, plans from neighbourhoods, and a bound that holds at any prices."""
