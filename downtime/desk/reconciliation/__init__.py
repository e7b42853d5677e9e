"""Reconciliation: every sheet accounted for, the closing report signed off, pictures removed in time."""
