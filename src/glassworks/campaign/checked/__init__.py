"""What lies there, read again: damaged, stale, or whole."""
