"""The drill: a simulated pen and a simulated scanner, for rehearsals, for training, and for the tests of reading."""
