"""What runs in the child process that opens somebody else's file. Standard library and calamine only: no Django, no settings, no keys."""
