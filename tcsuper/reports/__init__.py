"""Plain data in, files out."""
