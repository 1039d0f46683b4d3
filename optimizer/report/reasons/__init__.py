"""Why an answer is as it is, in plain sentences made of the run's own tables."""
