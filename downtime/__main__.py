"""`python -m downtime` is `downtime`."""

from downtime.cli import main

main()
