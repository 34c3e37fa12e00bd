"""Writes, one file per area: who acts, may they, is it right, change it, record the event; all in one transaction."""
