"""Files in, plain data out. No database, no services, no screen: a reader can be tried on any file from the shell."""
