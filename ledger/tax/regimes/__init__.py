"""Times of acquisition and disposal come in; the tax year and the term leave: one file a regime."""
