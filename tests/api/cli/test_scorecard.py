"""The scorecard by command, with targets that the fund sets."""


def scores(kept):
    return {row["name"]: row for row in kept("risk", "scorecard", "--json").json["scores"]}


def test_targets_stand_beside_figures_and_can_be_set(kept):
    before = scores(kept)
    assert (before["monthly_return"]["target"], before["win_rate"]["target"]) == ("0.2", "0.6")
    assert before["uptime"] | {"reason": ""} == before["uptime"] | {"reason": "", "met": None}
    assert kept("risk", "target", "win_rate", "0.5").code == 0
    assert scores(kept)["win_rate"]["target"] == "0.5"
    then = kept("risk", "scorecard", "--known-at", "2026-01-01", "--json").json["scores"]
    assert {row["name"]: row["target"] for row in then}["win_rate"] == "0.6"
    assert "months reached" in kept("risk", "scorecard").out


def test_a_target_that_is_none_is_bad_input(kept):
    for words in (("mood", "1"), ("win_rate", "0"), ("win_rate", "x"), ("win_rate", "nan")):
        assert kept("risk", "target", *words).code == 6
