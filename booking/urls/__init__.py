"""One file a door: public (open to all) and links (whoever has the link)."""
