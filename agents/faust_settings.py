"""Our settings in Faust's words."""

from typing import Any

import faust

from copydesk.kafka.settings import ssl_context
from copydesk.kafka.topics import BATCH_LIMIT
from copydesk.settings import Settings


def faust_settings(settings: Settings, group: str, *, web: bool) -> dict[str, Any]:
    """Keyword arguments for a Faust app.

    Where a value differs from Faust's own, it keeps the loop responsive, rebalances short, or exactly-once ours.

    Args:
        settings: all of ours.
        group: the consumer group, which is also what Faust calls the app.
        web: whether this app serves the web view.
    """
    return {
        "id": group,
        "broker": "kafka://" + settings.broker.replace(",", ";"),
        "broker_credentials": _credentials(settings),
        "key_serializer": "raw",
        "value_serializer": "raw",
        "processing_guarantee": "at_least_once",
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": BATCH_LIMIT,
        "stream_buffer_maxsize": 128,
        "stream_wait_empty": False,
        "broker_commit_interval": 1.0,
        "broker_max_poll_records": 200,
        "broker_max_poll_interval": 3600.0,
        "broker_session_timeout": settings.session_timeout,
        "broker_heartbeat_interval": settings.session_timeout / 4,
        "broker_rebalance_timeout": 60.0,
        "broker_request_timeout": max(30.0, settings.session_timeout),  # Faust accepts no shorter one
        "producer_request_timeout": 30.0,
        "web_enabled": web,
        "web_bind": settings.web_host,
        "web_host": settings.web_host,
        "web_port": settings.web_port,
        "store": "memory://",
        "worker_redirect_stdouts": False,
        "table_cleanup_interval": 3600.0,
        "autodiscover": False,
    }


def _credentials(settings: Settings) -> faust.SASLCredentials | faust.SSLCredentials | None:
    context = ssl_context(settings)
    if settings.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context is not None else None
