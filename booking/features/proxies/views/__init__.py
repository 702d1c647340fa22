"""Pages about family and carers: of the account, and of the desk."""
