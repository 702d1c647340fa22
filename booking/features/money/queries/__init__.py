"""What the ledger says: balances, statements, and checks."""
