"""Who may do what: users, roles, signing in, and the one table of rules."""
