"""Actions of people who act for others."""
