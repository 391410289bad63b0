"""The asyncio backend of Troupe; it knows nothing of the interface."""
