"""`partita tax checkpoint`: what it puts down serves `tax`, and is told year by year."""


def test_what_was_put_down_serves_the_year_and_is_told(kept):
    before = kept("tax", "us", "2026", "--json").json
    put = kept("tax", "checkpoint", "us", "--json").json
    assert put["new"] == put["stretches"] > 0
    assert kept("tax", "us", "2026", "--json").json == before
    told = kept("tax", "checkpoint", "us", "--year", "2026", "--json").json
    assert told == {"year": 2026, "disposals": [], "totals": before["totals"]}
    assert "0 of them new" in kept("tax", "checkpoint", "us").out
    assert kept("tax", "checkpoint", "us", "--year", "2026").code == 0


def test_what_is_not_put_down_is_not_found_and_what_cannot_be_is_bad_input(kept):
    assert kept("tax", "checkpoint", "us", "--year", "2026").code == 1
    assert kept("tax", "checkpoint", "fr").code == 6
