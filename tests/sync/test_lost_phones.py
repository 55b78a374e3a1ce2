"""A lost phone is revoked: it gets nothing any more, and whatever else its user has goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from server.kernel.http import TruckrollApp
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.platforms import PASSWORD, ApiClient, Person, make_person, make_tenant
from tests.sync.phones import Phone, statuses

SignInAgain = Callable[[Person], "Device"]
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Metadata": ""}


@dataclass
class Device:
    """What somebody has signed in on."""

    person: Person
    refresh_token: str

    @property
    def client(self) -> ApiClient:
        return self.person.client

    def refresh(self) -> TestResponse:
        body = {"refresh_token": self.refresh_token}
        return self.client.post("/api/v1/auth/tokens/refresh", json=body)


@pytest.fixture
def sign_in_again(app: TruckrollApp, tenant: Tenant) -> SignInAgain:
    """Sign a person in on one more device."""

    def make(person: Person) -> Device:
        visitor = app.test_client(use_cookies=False)
        body = {"login": f"{person.login}@{tenant.slug}", "password": PASSWORD}
        issued = visitor.post("/api/v1/auth/tokens", json=body).get_json()
        client = ApiClient(visitor, issued["access_token"])
        return Device(Person(person.id, person.login, client), issued["refresh_token"])

    return make


@pytest.fixture
def device(sign_in: Callable[..., Person], sign_in_again: SignInAgain) -> Device:
    return sign_in_again(sign_in("engineer"))


@pytest.fixture
def phone(device: Device) -> Phone:
    return Phone(device.person).enrol()


def revoke(client: ApiClient, phone: Phone) -> TestResponse:
    return client.post(f"/api/v1/sync/installations/{phone.id}/revocation")


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda phone: phone.client.get("/api/v1/sync/pull"),
        lambda phone: phone.client.get("/api/v1/sync/digest"),
        lambda phone: phone.client.get("/api/v1/me"),
        lambda phone: phone.client.post("/api/v1/uploads/", headers=TUS),
        lambda phone: phone.client.post("/api/v1/auth/stream-tokens"),
        lambda phone: phone.push(),
    ],
    ids=["pull", "digest", "profile", "uploads", "stream", "push"],
)
def test_a_revoked_phone_gets_nothing_any_more_from_then_on(
    phone: Phone, client: ApiClient, ask: Callable[[Phone], TestResponse]
) -> None:
    before = ask(phone)

    assert revoke(client, phone).get_json()["state"] == "revoked"

    assert before.status_code in {200, 201}
    assert code(ask(phone)) == (401, "unauthenticated")


def test_a_revoked_phone_cannot_renew_its_session(
    device: Device, phone: Phone, client: ApiClient
) -> None:
    revoke(client, phone)

    assert code(device.refresh()) == (401, "refresh-token-invalid")


def test_what_else_the_engineer_has_signed_in_on_goes_on(
    device: Device, phone: Phone, client: ApiClient, sign_in_again: SignInAgain
) -> None:
    tablet = sign_in_again(device.person)
    second = Phone(tablet.person).enrol()
    browser = sign_in_again(device.person)

    revoke(client, phone)

    assert tablet.refresh().status_code == browser.refresh().status_code == 200
    assert second.push().status_code == 200
    assert browser.client.get("/api/v1/me").status_code == 200


@pytest.mark.parametrize("is_heard_by", ["enrol", "push"])
def test_a_phone_that_signed_in_again_is_revoked_in_its_new_session(
    phone: Phone,
    client: ApiClient,
    device: Device,
    sign_in_again: SignInAgain,
    is_heard_by: str,
) -> None:
    anew = sign_in_again(device.person)
    same = Phone(anew.person, id=phone.id)
    if is_heard_by == "enrol":
        same.enrol()
    else:
        assert same.push().status_code == 200

    revoke(client, phone)

    assert anew.refresh().status_code == 401


def test_a_phone_that_enrolled_anew_is_signed_out_under_either_name(
    device: Device, phone: Phone, client: ApiClient
) -> None:
    Phone(device.person).enrol()

    revoke(client, phone)

    assert device.refresh().status_code == 401


def test_who_signs_in_on_a_revoked_app_can_neither_enrol_nor_push(
    phone: Phone, work: UUID, client: ApiClient, device: Device, sign_in_again: SignInAgain
) -> None:
    revoke(client, phone)
    found = Phone(sign_in_again(device.person).person, id=phone.id)

    enrolled = found.client.post(
        "/api/v1/sync/installations", json={"id": str(phone.id), "name": "Pixel"}
    )
    pushed = found.push(found.command("work_order.start", work))

    assert code(enrolled) == code(pushed) == (403, "installation-revoked")


def test_revoking_once_more_ends_nothing_that_began_since(
    phone: Phone, client: ApiClient, device: Device, sign_in_again: SignInAgain
) -> None:
    first = revoke(client, phone).get_json()
    new_phone = sign_in_again(device.person)

    again = revoke(client, phone)

    assert (again.status_code, again.get_json()) == (200, first)
    assert new_phone.refresh().status_code == 200


def test_nobody_revokes_a_phone_of_another_tenant(
    app: TruckrollApp, platform: Platform, device: Device, phone: Phone, work: UUID
) -> None:
    stranger = make_person(app, make_tenant(platform), "admin", "dispatcher")

    answer = revoke(stranger.client, phone)

    assert code(answer) == (404, "not-found")
    assert statuses(phone.push(phone.command("work_order.start", work))) == ["applied"]
    assert device.refresh().status_code == 200


def test_an_engineer_revokes_nobody(sign_in: Callable[..., Person], phone: Phone) -> None:
    assert revoke(sign_in("engineer").client, phone).status_code == 403
    assert phone.pull()["more"] is False
