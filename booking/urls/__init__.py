"""One file for each area of the site: public is open to all, links to anyone with a link."""
