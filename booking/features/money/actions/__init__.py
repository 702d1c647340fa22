"""What changes the ledger: one function for each story, and one that writes entries."""
