"""A simulated local machine: how long a run's model calls would take where the model is the slow part.

`recording` writes down what a real run asks of the scripted server, `reckoning` says what a machine would
have made of it, `teams` are scripted companies that build programs of a given size.
"""
