"""The forms of readers and editors."""
