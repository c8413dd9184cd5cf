"""Health, readiness, metrics, the figures as JSON, and the first page."""

import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import prometheus_client
from faust import web

from agents.lag import measure_lag
from agents.web import figures
from agents.web.explanations import explain
from agents.web.readiness import obstacles
from copydesk.settings import Settings
from copydesk.version import PIPELINE_VERSION

_STATIC: Final = Path(__file__).parent / "static"
_PAGE: Final = (_STATIC / "index.html").read_text("utf-8")
_EXPLAIN_PAGE: Final = (_STATIC / "explain.html").read_text("utf-8")

blueprint = web.Blueprint("copydesk")
blueprint.static("/static", _STATIC, name="static")


@blueprint.route("/", name="index")
class Index(web.View):
    """The first page: the same for every worker; it fetches the figures itself."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer with the page."""
        return self.html(_PAGE)


@blueprint.route("/explain", name="explain")
class Explain(web.View):
    """The page that shows what *clean* does with each line of an article."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer with the page."""
        return self.html(_EXPLAIN_PAGE)


@blueprint.route("/api/explain", name="explanation")
class Explanation(web.View):
    """What *clean* does with a raw article of any form, line by line."""

    async def post(self, request: web.Request) -> Any:
        """Answer with the clean article and its lines; 422 with the reason where it would be a dead letter."""
        status, body = await explain(self.app, request)
        return self.bytes(body, content_type="application/json", status=status)


@blueprint.route("/health", name="health")
class Health(web.View):
    """Whether the event loop answers at all."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer."""
        return self.json({"status": "ok"})


@blueprint.route("/ready", name="ready")
class Ready(web.View):
    """Whether the worker can do its work: partitions assigned, pool warm, broker reachable."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer with 200, or with 503 and the reasons."""
        reasons = await obstacles(self.app)
        return self.json({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


@blueprint.route("/metrics", name="metrics")
class Metrics(web.View):
    """All metrics in the text format of Prometheus."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer."""
        measure_lag(self.app.stages)  # type: ignore[attr-defined]  # ours, not any Faust app
        content_type, _, _ = prometheus_client.CONTENT_TYPE_LATEST.partition("; charset=")
        return self.text(prometheus_client.generate_latest().decode(), content_type=content_type)


@blueprint.route("/api/lanes", name="lanes")
class Lanes(web.View):
    """Which partitions this worker holds, and where it is in each."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer with a row for each partition."""
        rows = [
            {
                "stage": app.stage.name,
                "topic": tp.topic,
                "partition": tp.partition,
                "next_offset": lane.next_offset,
                "in_flight": lane.in_flight,
                "waiting": app.waiting(tp),
                "ready": lane.ready,
            }
            for app in self.app.stages  # type: ignore[attr-defined]  # ours, not any Faust app
            for tp, lane in app.desk.lanes.items()
        ]
        return self.json({"lanes": rows})


@blueprint.route("/api/flow", name="flow")
class Flow(web.View):
    """What the first page shows."""

    async def get(self, request: web.Request) -> Any:  # noqa: ARG002  Faust's signature
        """Answer with the worker, its obstacles and its figures. Always 200: the page itself tells what is wrong."""
        measure_lag(self.app.stages)  # type: ignore[attr-defined]  # ours, not any Faust app
        config: Settings = self.app.config  # type: ignore[attr-defined]  # ours, not any Faust app
        worker = {
            "version": PIPELINE_VERSION,
            "group": config.group,
            "broker": config.broker,
            "host": platform.node(),
            "pid": os.getpid(),
        }
        return self.json({"worker": worker, "reasons": await obstacles(self.app)} | asdict(figures.read()))
