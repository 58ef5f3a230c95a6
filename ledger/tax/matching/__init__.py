"""Tax events come in; the pieces of each disposal leave: one module a family of matchers."""
