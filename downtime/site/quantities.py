"""How many of each form a department needs, with the formula in words, so that a manager can follow the sum.

No published figure says how many forms a patient uses: `uses` are the site's own settings.
"""
