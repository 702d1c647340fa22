"""The steps of `manage.py upgrade`."""
