"""The merge rule of crm.py, without a broker: `python3 -m unittest discover deploy/examples`."""

import itertools
import json
import pathlib
import random
import sqlite3
import unittest

import crm

GOLDEN = pathlib.Path(__file__).parents[2] / "services/lines/tests/golden"
LINE = "00000000-0000-0000-0000-000000000011"


def value(event, state):
    """The event as the producer's golden file has it, with another state of the line."""
    payload = json.loads((GOLDEN / f"vigie.line.{event}.v1.golden.json").read_bytes())
    payload["line"]["state"] = state
    return json.dumps(payload).encode()


def record(incarnation, sequence, event=None, state=None, kind="vigie.line.{}.v1", line=LINE):
    """Key, headers and value as a consumer gets them; without an event a null."""
    headers = [("ce_incarnation", str(incarnation).encode()), ("ce_sequence", f"{sequence:019}".encode())]
    if event is None:
        return line.encode(), headers, None
    return line.encode(), [*headers, ("ce_type", kind.format(event).encode())], value(event, state)


def table(records):
    """The table after these records."""
    database = sqlite3.connect(":memory:")
    database.executescript(crm.TABLES)
    for one in records:
        crm.merge(database, *one)
    return {row[0]: row[1:4] for row in database.execute("SELECT * FROM lines")}


REGISTERED = record(1, 1, "line_registered", "ACTIVE")
REQUESTED = record(1, 2, "suspension_requested", "SUSPENDED")
CONFIRMED = record(1, 3, "suspension_confirmed", "SUSPENDED")
REINSTATED = record(1, 4, "reinstatement_requested", "ACTIVE")


class TheNewestOfALineWins(unittest.TestCase):
    def test_every_golden_event_is_understood(self):
        for file in sorted(GOLDEN.glob("vigie.line.*.golden.json")):
            event = file.name.removeprefix("vigie.line.").removesuffix(".v1.golden.json")
            self.assertEqual(table([record(1, 1, event, "SUSPENDED")]), {LINE: (1, 1, "SUSPENDED")}, event)

    def test_whatever_the_order_and_however_often(self):
        records = [REGISTERED, REQUESTED, CONFIRMED, REINSTATED]
        for order in itertools.permutations(records):
            self.assertEqual(table(order + order), {LINE: (1, 4, "ACTIVE")})

    def test_a_repeat_is_no_news(self):
        database = sqlite3.connect(":memory:")
        database.executescript(crm.TABLES)
        self.assertTrue(crm.merge(database, *REQUESTED))
        self.assertFalse(crm.merge(database, *REQUESTED))
        self.assertFalse(crm.merge(database, *REGISTERED))

    def test_sequences_are_numbers_not_texts(self):
        # Of two records of different length as text, too: nobody promises the padding of an incarnation.
        later = record(10, 1, "line_registered", "ACTIVE")
        earlier = record(9, 12, "suspension_requested", "SUSPENDED")
        self.assertEqual(table([later, earlier]), {LINE: (10, 1, "ACTIVE")})

    def test_lines_do_not_disturb_each_other(self):
        other = "00000000-0000-0000-0000-000000000012"
        records = [CONFIRMED, record(1, 1, "line_registered", "ACTIVE", line=other)]
        self.assertEqual(table(records), {LINE: (1, 3, "SUSPENDED"), other: (1, 1, "ACTIVE")})


class AfterARestoreOfTheLog(unittest.TestCase):
    def test_the_line_as_it_was_in_the_backup_replaces_what_was_lost(self):
        again = record(2, 1, "line_registered", "ACTIVE")
        for order in itertools.permutations([REGISTERED, REQUESTED, CONFIRMED, again]):
            self.assertEqual(table(order), {LINE: (2, 1, "ACTIVE")})

    def test_it_goes_on_from_there(self):
        records = [REGISTERED, REQUESTED, CONFIRMED, record(2, 1, "line_registered", "ACTIVE"),
                   record(2, 2, "suspension_requested", "SUSPENDED")]
        for seed in range(100):
            shuffled = random.Random(seed).sample(records, len(records))
            self.assertEqual(table(shuffled), {LINE: (2, 2, "SUSPENDED")})

    def test_a_line_that_never_existed_stays_away_even_when_its_lost_events_are_replayed(self):
        lost = [REGISTERED, REQUESTED, CONFIRMED, record(2, 0)]
        for order in itertools.permutations(lost):
            self.assertEqual(table(order), {LINE: (2, 0, None)})

    def test_and_may_be_registered_anew(self):
        records = [REGISTERED, REQUESTED, record(2, 0), record(2, 1, "line_registered", "ACTIVE")]
        for order in itertools.permutations(records):
            self.assertEqual(table(order + order), {LINE: (2, 1, "ACTIVE")})


class WhatIsNoEventOfALine(unittest.TestCase):
    def test_the_logs_own_events_change_nothing(self):
        restored = (LINE.encode(), [("ce_type", b"vigie.log.restored.v1")], b'{"incarnation":2}')
        self.assertEqual(table([REQUESTED, restored]), {LINE: (1, 2, "SUSPENDED")})

    def test_a_foreign_or_garbled_record_is_told_and_changes_nothing(self):
        key, headers, payload = CONFIRMED
        bad = [
            (key, None, payload),
            (key, [], None),
            (None, headers, payload),
            (b"\xff", headers, payload),
            (key, headers[1:], payload),
            (key, [("ce_sequence", b"many"), *headers[:1], *headers[2:]], payload),
            (key, [("ce_sequence", b"9" * 19), *headers[:1], *headers[2:]], payload),
            (key, [("ce_sequence", None), *headers[:1], *headers[2:]], payload),
            (key, headers, b""),
            (key, headers, b"\x00\xff"),
            (key, headers, b"[]"),
            (key, headers, b"[" * 100_000),
            (key, headers, b'{"line":[]}'),
            (key, headers, b'{"line":{"state":{}}}'),
        ]
        database = sqlite3.connect(":memory:")
        database.executescript(crm.TABLES)
        crm.merge(database, *REQUESTED)
        for number, record_of_another in enumerate(bad):
            with self.assertRaises(crm.NOT_OURS, msg=str(number)):
                crm.merge(database, *record_of_another)
        self.assertEqual(database.execute("SELECT sequence, state FROM lines").fetchall(), [(2, "SUSPENDED")])


if __name__ == "__main__":
    unittest.main()
