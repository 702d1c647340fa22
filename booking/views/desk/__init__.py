"""The desk: for therapists, the front desk and the owner."""
