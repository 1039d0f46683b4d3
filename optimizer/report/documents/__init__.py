"""Documents of a page or two, from plain data: the council memo and partner briefs."""
