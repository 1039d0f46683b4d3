"""The round trip of a Program Mapping workshop: worksheets out, answers in, and whom to call first."""
