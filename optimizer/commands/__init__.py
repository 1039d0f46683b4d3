"""The command line: words into calls, outcomes into words and exit codes; nothing is decided here."""
