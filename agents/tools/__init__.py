"""What models may call, one tool a file."""
