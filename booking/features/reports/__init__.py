"""Reports for the owner: figures over a period beside those of the period before."""
