"""What visitors could do to a site, as programs that anybody can run: `make abuse`."""
