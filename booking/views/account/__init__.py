"""Signing in, invitations: what allauth is told about this site."""
