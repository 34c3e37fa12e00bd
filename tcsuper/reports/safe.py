"""What a spreadsheet must not take for a formula (security, T16)."""

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def formula_safe(value: object) -> object:
    """The value for a spreadsheet cell: text that could run gets a leading apostrophe, everything else stays."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_A_FORMULA) else value
