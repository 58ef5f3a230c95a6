"""A question of rows, prices and settings comes in; tax events in exact numbers leave."""
