"""Reads, one file per area, each named as the question it answers. Nothing here changes anything.

What waits for somebody is in tasks/: what a task is, the tasks of each area, and the one list of all of them.
"""
