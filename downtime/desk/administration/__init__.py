"""Users, settings, backup."""
