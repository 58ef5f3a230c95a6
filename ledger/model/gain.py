"""Nothing enters; the words for what a gain is leave."""

from typing import Literal

Term = Literal["short", "long"]
#: What a gain is: one of capital, or one that the United States treat apart.
Character = Literal["capital", "ordinary", "section_481", "section_1256"]
