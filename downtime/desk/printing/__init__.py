"""Packets and kits: made, downloaded, listed."""
