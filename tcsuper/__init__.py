"""tcsuper: clinical supervision and staff competency for therapeutic communities."""
