"""What a price source said comes in, verbatim; quotes and problems leave: one file a source."""
