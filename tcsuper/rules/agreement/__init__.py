"""How far observers agree who rated the same items: ratings in, named figures with their sentence out.

ratings.py (items, observers, pairs) · kappa.py · alpha.py · icc.py · bands.py (words) · summary.py (all of them
together, begin there). Everything is counted in plain Python: the tables are small, and each line can be read beside
its formula.
"""
