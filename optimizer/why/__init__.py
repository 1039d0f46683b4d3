"""Why the plan is as it is, and what would change it: the program is asked again, with something changed."""
