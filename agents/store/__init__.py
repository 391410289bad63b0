"""The SQLite store of projects, runs, events and steps."""
