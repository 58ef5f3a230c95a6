"""Every way in: the command line, the web API and the jobs; the only package that reads the world."""
