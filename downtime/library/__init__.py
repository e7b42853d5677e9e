"""The library: form definitions, common blocks and templates, a site's own before the shipped ones."""
