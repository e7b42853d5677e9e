"""Starting the desk: checks, migrations, server, worker processes, browser."""
