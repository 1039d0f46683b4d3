"""Pictures of plans and comparisons, drawn by matplotlib as SVG: clear to the colour-blind and in grey."""
