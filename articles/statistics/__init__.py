"""Figures: articles by day and section, reads by day, authors and units, the most read."""
