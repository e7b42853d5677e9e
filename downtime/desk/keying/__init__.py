"""Keying: the queue by re-entry priority, and the page beside its form's own fields."""
