"""Money: the ledger of charges and payments, and what the desk does with it."""
