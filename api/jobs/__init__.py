"""The jobs: load, compute, save; each is one file and knows one thing to do."""
