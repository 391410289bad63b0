"""Qt's item models over app.state."""
