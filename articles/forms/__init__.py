"""What readers and editors send."""
