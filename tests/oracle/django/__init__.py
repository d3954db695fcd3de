"""What Django itself makes of models and migrations, in the versions of it that are installed."""
