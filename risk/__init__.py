"""How dangerous it is: returns and positions enter, measures, sizes and weights leave."""
