"""Prompts, companies, the demo and icons, read through importlib.resources."""
