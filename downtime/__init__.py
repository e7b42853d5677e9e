"""Downtime keeps a hospital safe on paper while its computers are down."""

__version__ = "0.1.0"
