"""The desk: the web application where clerks turn paper into entries; README.md here says where each thing goes."""
