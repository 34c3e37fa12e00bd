"""Reads, one file per area, each named as the question it answers. Nothing here changes anything."""
