"""The audit trail: record who did what, from where; delete entries that are old enough."""
