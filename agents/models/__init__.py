"""Model servers, one a file."""
