"""Signals and corrections over REST."""


def test_a_correction_is_counted_among_the_signals(client):
    made = client.post(
        "/override_figure",
        json={"report": "weekly", "figure": "Stale", "new": 90, "old": 100, "reason": "counted twice"},
    )

    told = client.post("/signals", json={"days": 30}).json()

    assert made.status_code == 200
    assert [row["value"] for row in told if row["measure"] == "overridden"] == [0.1]
    assert client.post("/overrides", json={}).json()[0]["reason"] == "counted twice"


def test_who_may_see_persons_is_said_over_rest(client):
    assert client.post("/viewers", json={}).json() == []
    assert client.post("/allow_viewer", json={"user": "ann"}).status_code == 200
    assert [row["user"] for row in client.post("/viewers", json={}).json()] == ["ann"]
    assert client.post("/disallow_viewer", json={"user": "bob"}).status_code == 404
