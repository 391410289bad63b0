"""Pure folds over a run's events; no Qt here."""
