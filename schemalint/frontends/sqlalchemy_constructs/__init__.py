"""SQLAlchemy's schema items as values: what models and revisions both are written in."""
