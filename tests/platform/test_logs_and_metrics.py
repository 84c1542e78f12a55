"""Patient data cannot reach a log line or a metric, whatever a developer or a library writes."""

import json
import logging
from typing import Any

import pytest

from ar_shared.platform.logs import configure_logging, error_fields, get_logger
from ar_shared.platform.metrics import LOG_KEYS_DROPPED, Metrics
from tests.platform.conftest import CANARY


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def dropped() -> float:
    return float(LOG_KEYS_DROPPED._value.get())


def test_an_allowed_field_is_written_and_another_dropped_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    before = dropped()
    get_logger().info("claim.created", count=3, patient_name=CANARY, member_id="W123")
    (line,) = lines(capsys)
    assert (line["event"], line["count"], line["service"]) == ("claim.created", 3, "toy")
    assert not {"patient_name", "member_id"} & line.keys()
    assert dropped() == before + 2


@pytest.mark.parametrize("value", [CANARY, {"name": CANARY}, [CANARY], object(), "x" * 121])
def test_free_text_under_an_allowed_name_is_dropped(capsys: pytest.CaptureFixture[str], value: Any) -> None:
    get_logger().info("claim.created", operation=value)
    assert "operation" not in lines(capsys)[0]


def test_an_event_name_made_of_data_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().info(f"created claim of {CANARY}")
    assert lines(capsys)[0]["event"] == "unnamed_event"


def test_what_a_library_says_is_reduced_to_where_it_said_it(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("asyncpg").exception("duplicate key (%s)", CANARY)
    (line,) = lines(capsys)
    assert (line["event"], line["logger"], line["error_type"]) == ("library_record", "asyncpg", "ValueError")
    assert line["error_at"][0].startswith("platform/test_logs_and_metrics.py:")
    assert not [word for word in CANARY.split() if word in str(line)]


def test_the_servers_own_access_log_with_its_paths_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    server = logging.getLogger("uvicorn.access")
    server.addHandler(logging.StreamHandler())
    configure_logging("toy", "debug")
    server.warning('"GET /v1/things?state=%s" 200', CANARY)
    logging.getLogger("uvicorn.error").error("failed for %s", CANARY)
    captured = capsys.readouterr()
    assert [json.loads(line)["logger"] for line in captured.out.splitlines()] == ["uvicorn.error"]
    assert CANARY not in captured.out + captured.err


def test_an_error_is_its_type_and_places() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        fields = error_fields(error)
    assert fields["error_type"] == "KeyError"
    assert len(fields["error_at"]) == 1


def test_below_the_level_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().debug("claim.created")
    assert lines(capsys) == []


@pytest.mark.parametrize("name", ["claims_total", "ar_claims", "ar_Claims_total", "ar_claims_milliseconds"])
def test_a_metric_name_outside_the_rule_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must start with ar_"):
        Metrics("toy").counter(name, "words")


def test_a_label_that_names_a_practice_is_refused() -> None:
    with pytest.raises(ValueError, match="label"):
        Metrics("toy").gauge("ar_outbox_age_seconds", "words", ["practice"])
    Metrics("toy").gauge("ar_outbox_age_seconds", "words", ["bucket"])


def test_two_services_in_one_process_do_not_share_a_registry() -> None:
    first, second = Metrics("first"), Metrics("second")
    first.observe_request("listClaims", 200, 0.01)
    assert b'service="first"' in first.exposition()
    assert b'service="first"' not in second.exposition()
