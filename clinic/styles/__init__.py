"""Style sheets: what is done with them in Python before a browser sees them."""
