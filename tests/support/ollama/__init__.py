"""The parts of the scripted Ollama server."""
