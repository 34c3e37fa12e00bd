"""Sheets that people kept, taken in all or nothing (`take_in`), taken back as one action (`undo`), and how they were
understood, kept for the next one (`mappings`)."""
