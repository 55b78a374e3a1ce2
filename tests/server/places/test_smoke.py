def test_smoke(client):
    a = client.get("/api/v1/sites")
    assert a.status_code == 200, a.get_data(as_text=True)
