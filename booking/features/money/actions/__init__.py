"""The actions that change the ledger, and the function with which they write entries."""
