"""A real Apache Kafka on this machine: one node, KRaft, from Maven artifacts, on loopback. Needs Java 17 and Maven."""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from copydesk.errors import UsageError
from copydesk.kafka.listeners import Security
from copydesk.kafka.topics import BATCH_LIMIT
from copydesk.processes import end_with_parent

START_DEADLINE: Final = 60.0
STOP_DEADLINE: Final = 20.0


def install(pom: Path, home: Path) -> Path:
    """Copy Kafka's parts with Maven, once.

    Args:
        pom: the file that names them.
        home: where they go, into a folder named for this version of the file.

    Returns:
        The folder with the jars.

    Raises:
        UsageError: Java or Maven is missing, or Maven failed.
    """
    for program, package in (("java", "Java 17"), ("mvn", "Maven")):
        if shutil.which(program) is None:
            raise UsageError(f"a real Kafka needs {package}, and there is no `{program}` on the path")
    jars = home / "jars"
    mark = jars / "pom.xml"
    if mark.exists() and mark.read_bytes() == pom.read_bytes():
        return jars
    shutil.rmtree(jars, ignore_errors=True)
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={jars.resolve()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UsageError(f"Maven could not fetch Kafka: {(done.stdout + done.stderr).strip()[-500:]}")
    shutil.copy(pom, mark)
    return jars


@contextmanager
def local_broker(
    jars: Path, data: Path, port: int = 0, log: Path | None = None, security: Security | None = None
) -> Iterator[str]:
    """Run a broker as long as the context lasts.

    Args:
        jars: as `install` returned it.
        data: where its data lies; kept, and found again the next time.
        port: the port on 127.0.0.1; 0 takes a free one.
        log: where its output goes; by default beside the data.
        security: listeners beside the plain one. Their users are those of the first start.

    Yields:
        The bootstrap server of the plain listener.

    Raises:
        UsageError: it did not start; tells where its log is.
    """
    data.mkdir(parents=True, exist_ok=True)
    log = log or data / "kafka.log"
    port = port or free_port()
    security = security or Security()
    properties = data / "server.properties"
    properties.write_text(_properties(data, port, free_port(), security))
    if not (data / "logs" / "meta.properties").exists():
        known = security.credentials()
        _java(jars, "kafka.tools.StorageTool", "format", f"--cluster-id={_cluster_id()}", "-c", str(properties), *known)
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(jars, "kafka.Kafka", str(properties)),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us; we stop it in order
            preexec_fn=partial(end_with_parent, signal.SIGTERM),  # noqa: PLW1509  it makes one system call and takes no lock
        )
    try:
        for awaited in (port, *(listener.port for listener in security.listeners)):
            _wait_until_open(process, awaited, log)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_DEADLINE)
        if process.poll() is None:
            process.kill()
            process.wait()


def _properties(data: Path, port: int, controller: int, security: Security) -> str:
    """One node for everything; small internal topics; nothing waits for other nodes."""
    plain = f"PLAINTEXT://127.0.0.1:{port}"
    opened = [f"{listener.name}://127.0.0.1:{listener.port}" for listener in security.listeners]
    told = [f"{listener.name}://{listener.advertised}:{listener.port}" for listener in security.listeners]
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": ",".join([plain, f"CONTROLLER://127.0.0.1:{controller}", *opened]),
        "advertised.listeners": ",".join([plain, *told]),
        "controller.listener.names": "CONTROLLER",
        "log.dirs": data / "logs",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 4,
        "group.initial.rebalance.delay.ms": 0,
        "auto.create.topics.enable": "false",
        "message.max.bytes": BATCH_LIMIT,
        "replica.fetch.max.bytes": BATCH_LIMIT,
        **security.properties(),
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _command(jars: Path, main: str, *arguments: str) -> list[str]:
    return ["java", "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-cp", f"{jars.resolve()}/*", main, *arguments]


def _java(jars: Path, main: str, *arguments: str) -> None:
    done = subprocess.run(_command(jars, main, *arguments), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise UsageError(f"{main} failed: {(done.stdout + done.stderr).strip()[-500:]}")


def _cluster_id() -> str:
    return urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise UsageError(f"Kafka did not start; its log is {log}")


def main() -> None:
    """Run a broker on 127.0.0.1:9092 until Ctrl-C, with its data in ``.kafka/`` of the checkout."""
    checkout = Path(__file__).resolve().parents[3]
    home = checkout / ".kafka"
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell that starts it in the background has SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    try:
        jars = install(checkout / "deploy" / "kafka" / "pom.xml", home)
        with local_broker(jars, home / "data", port=9092) as bootstrap:
            print(f"Kafka runs on {bootstrap}; its data is in {home / 'data'}. Ctrl-C stops it.", flush=True)  # noqa: T201  a command
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    time.sleep(3600)
    except UsageError as error:
        print(f"copydesk: {error}", file=sys.stderr)  # noqa: T201  a command
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
