"""Ways of running untrusted programs, one a file."""
