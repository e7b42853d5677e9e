"""Clinical reference data and rules: what may be printed, in which words, at which times, within which bounds.

Nothing here calculates a dose, chooses a drug or decides that a value is clinically acceptable. The data are starting
points that a hospital's pharmacy, nursing and forms committees review; each entry names its public source, or says
``clinical convention, verify locally``. Importing a module reads no file: tables load on first use and are cached.
"""
