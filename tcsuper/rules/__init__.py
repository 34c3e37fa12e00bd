"""The field's arithmetic: dates and numbers in, a verdict and its reason out. No database, no clock, no screen."""
