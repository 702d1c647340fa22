"""Import patients and appointments from the files of another system."""
