"""The shipped data and its loaders: read once, kept for the life of the process. No Django models, no database, no clock."""
