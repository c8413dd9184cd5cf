"""Settings: read from the environment, with a clear word on what is wrong."""

from dataclasses import fields

import pytest

from copydesk.errors import UsageError
from copydesk.settings import Settings, read_settings, table, variable


def test_an_empty_environment_gives_the_defaults() -> None:
    """Every setting has one, and it is allowed by its own row."""
    assert read_settings({}) == Settings()
    shown = {variable(row.name): str(row.default) for row in fields(Settings)}
    assert read_settings(shown) == Settings()


def test_values_are_read_by_their_type() -> None:
    """Text, whole numbers and numbers; what is not ours is left alone."""
    found = read_settings(
        {"COPYDESK_BROKER": "a:1,b:2", "COPYDESK_WORKERS": "3", "COPYDESK_WINDOW_DAYS": "0.5", "PATH": "/bin"}
    )
    assert (found.broker, found.workers, found.window_days) == ("a:1,b:2", 3, 0.5)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("COPYDESK_WORKERS", "many", "COPYDESK_WORKERS='many': use a whole number"),
        ("COPYDESK_WORKERS", "1.5", "COPYDESK_WORKERS='1.5': use a whole number"),
        ("COPYDESK_WORKERS", "-1", "COPYDESK_WORKERS='-1': use 0 to 256"),
        ("COPYDESK_RECYCLE_ARTICLES", "0", "COPYDESK_RECYCLE_ARTICLES='0': use 1 or more"),
        ("COPYDESK_WINDOW_DAYS", "nan", "COPYDESK_WINDOW_DAYS='nan': use 0.01 to 365"),
        ("COPYDESK_ARTICLE_DEADLINE", "", "COPYDESK_ARTICLE_DEADLINE='': use a number"),
        ("COPYDESK_LOG_LEVEL", "loud", "COPYDESK_LOG_LEVEL='loud': use one of debug, info, warning, error"),
        ("COPYDESK_BROKERS", "a:1", "COPYDESK_BROKERS is not a setting; `copydesk settings` lists them all"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, text: str, said: str) -> None:
    """Variable, value and what to use instead."""
    with pytest.raises(UsageError) as caught:
        read_settings({name: text})
    assert str(caught.value) == said


def test_the_table_has_a_row_for_each_setting_and_tells_no_secret() -> None:
    """It is generated, so it cannot lag behind; secrets have no default to tell."""
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [variable(row.name) for row in fields(Settings)]
    assert all(row.default == "" for row in fields(Settings) if row.metadata["secret"])


@pytest.mark.parametrize("broker", ["a", "a:1", "a:1,b", " a:1, b:2", "[::1]:9092", "news-1.example:9092"])
def test_servers_are_taken(broker: str) -> None:
    """A port may be left out; so may the space after a comma."""
    assert read_settings({"COPYDESK_BROKER": broker}).broker == broker


@pytest.mark.parametrize(
    "broker", ["desk:s3cret@a:1", "a:1,desk:s3cret@b:2", "kafka://desk:s3cret@a:1", "desk:s3%40cret@a:1"]
)
def test_a_login_among_the_servers_is_refused_and_not_repeated(broker: str) -> None:
    """Logs, pages and errors show the servers."""
    with pytest.raises(UsageError, match="COPYDESK_BROKER: a login does not belong there") as caught:
        read_settings({"COPYDESK_BROKER": broker})
    assert "COPYDESK_SASL_PASSWORD" in str(caught.value)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize("broker", ["", "a:1,", "kafka://a:1", "desk:s3cret", "a:b:1", "::1", "a:65536", "a b:1"])
def test_what_is_no_server_is_refused_and_not_repeated(broker: str) -> None:
    """It may be a secret in the wrong place."""
    with pytest.raises(UsageError, match=r"COPYDESK_BROKER: number \d of \d is no address") as caught:
        read_settings({"COPYDESK_BROKER": broker})
    assert "s3cret" not in str(caught.value)


def test_no_secret_is_shown_with_the_settings() -> None:
    """Neither as they are printed while one looks for a fault, nor in a traceback that shows values."""
    shown = repr(Settings(sasl_username="desk", sasl_password="s3cret", ssl_keyfile_password="s3cret"))
    assert "sasl_username='desk'" in shown
    assert "s3cret" not in shown
