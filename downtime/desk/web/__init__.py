"""What all pages share: the Jinja2 environment, base templates, static files, headers, navigation."""
