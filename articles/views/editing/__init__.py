"""The editors' pages inside the admin, which admits only users with the ability ARTICLES."""
