"""The audit log: append-only, hash-chained, verified by a command."""
