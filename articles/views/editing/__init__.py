"""The editors' pages, inside the back office. Its gate stands before all of them."""
