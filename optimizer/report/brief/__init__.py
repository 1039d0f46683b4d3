"""The partner brief: what a plan proposes to one organization, on a page that goes to that organization."""
