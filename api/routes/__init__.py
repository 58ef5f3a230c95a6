"""One file a resource: requests that the gate let in → what the command line's jobs answer."""
