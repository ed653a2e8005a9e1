"""Backup and restore of an installation: one moment of it as a folder or a tar file."""
