"""The log: appended in the action's own transaction, chained so that nothing can be changed unseen."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from members.models import LogHead, LogRow
from members.services import log
from members.services.by import By
from tests.cast import NOW

pytestmark = pytest.mark.django_db


def write(count: int = 3) -> list[LogRow]:
    by = By.operator(NOW)
    with transaction.atomic():
        return [log.record(by=by, verb="try", obj=("x.y", str(n)), after={"n": n}) for n in range(count)]


def test_each_row_follows_the_one_before() -> None:
    first, second, third = write()
    assert first.prev_hash == log.GENESIS
    assert (second.prev_hash, third.prev_hash) == (first.hash, second.hash)
    assert log.head_hash() == third.hash
    assert list(log.faults()) == []


def test_an_empty_log_is_in_order() -> None:
    assert log.head_hash() == "0" * 64
    assert list(log.faults()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "tried"},
        {"object_id": "9"},
        {"after": {"n": 7}},
        {"before": {}},
        {"at": timezone.now()},
        {"hash": "f" * 64},
        {"prev_hash": "e" * 64},
    ],
)
def test_any_change_to_a_row_is_found(change: dict[str, Any]) -> None:
    rows = write()
    LogRow.objects.filter(pk=rows[1].pk).update(**change)
    assert {key for key, _ in log.faults()} & {rows[1].pk, rows[2].pk}


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_missing_row_is_found_even_the_last(which: int) -> None:
    rows = write()
    LogRow.objects.filter(pk=rows[which].pk).delete()
    assert list(log.faults())


def test_a_lost_head_is_found() -> None:
    write()
    LogHead.objects.all().delete()
    assert list(log.faults())


def test_a_row_cannot_follow_one_that_is_followed_already() -> None:
    first = write(2)[0]
    fork = LogRow(at=NOW, verb="fork", object_type="x.y", object_id="1", prev_hash=first.hash, hash="a" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        fork.save()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_logged_outside_the_actions_own_transaction() -> None:
    with pytest.raises(RuntimeError):
        log.record(by=By.operator(NOW), verb="try", obj=("x.y", "1"))
    assert not LogRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain() -> None:
    errors: list[BaseException] = []

    def writer() -> None:
        try:
            for _ in range(5):
                write(2)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=writer) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert LogRow.objects.count() == 60
    assert list(log.faults()) == []
