"""Sign-in and invitations: allauth's adapters for this site, and the page of an invitation."""
