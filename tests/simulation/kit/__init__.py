"""A whole AirDesk over a virtual clock, virtual links and a virtual disk."""
