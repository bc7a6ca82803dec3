"""Settings that cannot be used stop the start, and say which variable it was."""

import os

import pytest

from stampwell.settings import Settings, SettingsWrong, load_settings

WRONG = [
    ("DATABASE_URL", "mysql://localhost/x"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_CONNECTIONS", "0"),
    ("DATABASE_CONNECTIONS", "many"),
    ("PORT", "70000"),
    ("PORT", "-1"),
    ("WORKERS", "0"),
    ("DEFAULT_DOMAIN", "vvd.bz"),
    ("DEFAULT_DOMAIN", "https://vvd.bz/path"),
    ("SHARED_DOMAINS", "https://one.example,two"),
    ("DNS_SERVERS", "dns.example"),
    ("DNS_SERVERS", "192.0.2.53:0"),
    ("DNS_SERVERS", "192.0.2.53,192.0.2.53:x"),
    ("PRIVATE_DOMAINS", "perhaps"),
    ("WEBHOOK_ALLOW", "receiver"),
    ("WEBHOOK_ALLOW", "10.0.0.5/8"),
    ("WEBHOOK_ALLOW", "10.0.0.5,*"),
    ("ERROR_STATUS", "418"),
    ("REDIS_URL", "http://localhost"),
    ("METRICS_TOKEN", "short"),
    ("METRICS_PORT", "0"),
    ("LOG_LEVEL", "loud"),
    ("OUTBOX_DAYS", "0"),
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("STAMPWELL_"):
            monkeypatch.delenv(name)


class TestWrong:
    @pytest.mark.parametrize(("name", "value"), WRONG)
    def test_the_variable_is_named(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setenv(f"STAMPWELL_{name}", value)
        with pytest.raises(SettingsWrong, match=rf"\ASTAMPWELL_{name}: [^\n]+\Z"):
            load_settings()

    def test_all_of_them_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STAMPWELL_PORT", "x")
        monkeypatch.setenv("STAMPWELL_LOG_LEVEL", "x")
        with pytest.raises(SettingsWrong) as wrong:
            load_settings()
        assert [line.split(":")[0] for line in str(wrong.value).splitlines()] == ["STAMPWELL_PORT", "STAMPWELL_LOG_LEVEL"]


class TestRight:
    def test_without_any(self) -> None:
        settings = load_settings()
        assert settings == Settings()
        assert (settings.database_url, settings.default_domain) == ("sqlite:///./stampwell.db", "https://vvd.bz")
        assert settings.instance_domains == {"https://vvd.bz"}

    def test_empty_means_unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("PORT", "REDIS_URL", "SHARED_DOMAINS", "METRICS_TOKEN"):
            monkeypatch.setenv(f"STAMPWELL_{name}", "")
        assert load_settings() == Settings()

    def test_domains_become_canonical(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STAMPWELL_DEFAULT_DOMAIN", "HTTPS://Stamps.Example:443/")
        monkeypatch.setenv("STAMPWELL_SHARED_DOMAINS", "https://one.example/, https://TWO.example ,")
        expected = {"https://stamps.example", "https://one.example", "https://two.example"}
        assert load_settings().instance_domains == expected

    @pytest.mark.parametrize(
        ("given", "used"),
        [
            ("redis://cache:6379/1", "redis://cache:6379/1"),
            ("rediss://cache", "rediss://cache"),
            ("valkey://cache", "redis://cache"),
            ("valkeys://cache", "rediss://cache"),
        ],
    )
    def test_valkey_is_redis(self, monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
        monkeypatch.setenv("STAMPWELL_REDIS_URL", given)
        assert load_settings().redis_url == used

    def test_name_servers_have_their_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("STAMPWELL_DNS_SERVERS", "192.0.2.53, 192.0.2.54:5353,2001:db8::53,[2001:db8::54]:54")
        expected = (("192.0.2.53", 53), ("192.0.2.54", 5353), ("2001:db8::53", 53), ("2001:db8::54", 54))
        assert load_settings().dns_servers == expected

    def test_what_webhooks_may_reach(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert load_settings().webhook_allow == ()
        monkeypatch.setenv("STAMPWELL_WEBHOOK_ALLOW", "10.0.0.5, 192.168.0.0/16,fd00::/8,")
        assert [str(network) for network in load_settings().webhook_allow] == ["10.0.0.5/32", "192.168.0.0/16", "fd00::/8"]
        monkeypatch.setenv("STAMPWELL_WEBHOOK_ALLOW", "10.0.0.5/8")
        with pytest.raises(SettingsWrong) as raised:
            load_settings()
        assert str(raised.value) == (
            "STAMPWELL_WEBHOOK_ALLOW: must be addresses or networks such as 10.0.0.5,192.168.0.0/16, separated by commas: "
            "10.0.0.5/8 has host bits set"
        )

    def test_what_is_not_ours_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORT", "not a port")
        assert load_settings().port == Settings().port
