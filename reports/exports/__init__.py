"""CSV layouts, one file each: computed figures enter, the rows of the layout leave."""
