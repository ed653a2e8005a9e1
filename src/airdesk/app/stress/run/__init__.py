"""A run of `airdesk stress`: its server, its generators, what is watched, and the report."""
