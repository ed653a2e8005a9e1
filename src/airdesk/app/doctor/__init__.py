"""`airdesk doctor`: names what keeps an installation from working, and what to do about it."""
