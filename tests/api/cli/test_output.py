"""What is written part by part is what the library writes at once."""

import json

from hypothesis import given
from hypothesis import strategies as st

from api.cli.output import json_parts

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_json_in_parts_is_json(value):
    assert "".join(json_parts(value)) == json.dumps(value, indent=1, ensure_ascii=False)


def test_a_pair_is_a_list():
    assert json.loads("".join(json_parts({"a": (1, 'é\n"')}))) == {"a": [1, 'é\n"']}
