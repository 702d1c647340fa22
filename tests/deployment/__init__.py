"""docs/deployment.md, followed word by word on a new Debian that boots systemd in a container."""
