"""Changing the site folder in the web page."""
