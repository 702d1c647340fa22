"""The pages about money at the desk."""
