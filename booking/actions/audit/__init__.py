"""The audit trail: record who did what, and from where; delete old entries."""
