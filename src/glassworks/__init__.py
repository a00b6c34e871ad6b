"""Glassworks: computer glasses and their soft spots."""
