"""Governance over REST."""


def test_shadow_debt_and_dictionary_are_told_over_rest(client):
    assert {row["value"] for row in client.post("/shadow", json={}).json()} == {None}
    assert [row["part"] for row in client.post("/debt", json={}).json()] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert (
        client.post("/review_field", json={"type": "deal", "field": "amount", "due": "2999-01-01"}).status_code == 200
    )
    rows = client.post("/dictionary", json={"type": "deal"}).json()
    assert [row["due_on"] for row in rows if row["field"] == "amount"] == ["2999-01-01"]
    assert {row["use"] for row in client.post("/readiness", json={"use": "forecast"}).json()} == {"forecast"}
    assert client.post("/readiness", json={"use": "oracle"}).status_code == 404
    assert {row["value"] for row in client.post("/adoption", json={}).json()} <= {None, 0}
