"""Public pages kept in memory (docs/decisions/0018)."""
