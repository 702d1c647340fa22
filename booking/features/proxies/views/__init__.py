"""Pages about grants and proxies, in the account and at the desk."""
