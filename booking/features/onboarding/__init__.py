"""The guide that takes a new clinic from an empty database to its first booking."""
