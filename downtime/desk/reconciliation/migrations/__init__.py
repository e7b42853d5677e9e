"""Migrations: run by themselves at every start."""
