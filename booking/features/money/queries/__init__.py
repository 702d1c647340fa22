"""Read the ledger: balances, statements, and checks."""
