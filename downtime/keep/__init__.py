"""What stands ready for the next outage: kept snapshots, kits made ahead, the folder to carry; and what is removed."""
