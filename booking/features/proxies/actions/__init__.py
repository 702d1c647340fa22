"""Actions of patients, proxies and staff about grants."""
