"""The mathematics: one file per constraint family, as labelled sparse rows."""
