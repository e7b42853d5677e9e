"""Verification: critical fields keyed again blind, the others looked at once, differences decided by a third."""
