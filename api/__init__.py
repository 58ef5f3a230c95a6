"""Every way in: command line, web API and jobs; the only package that reads the world."""
