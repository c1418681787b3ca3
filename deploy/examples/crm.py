#!/usr/bin/env python3
"""A CRM that keeps a table of lines from Vigie's topics: `crm.py client.properties crm.db`.

The properties are librdkafka's (`bootstrap.servers`, `group.id`, `security.protocol`, ...), one `name=value` a line.
Start as many as you like with one database: they share the partitions. See README.md beside this file.
"""

import json
import sqlite3
import sys

STATE, EVENTS = "vigie.line.state.v1", "vigie.lines.events.v1"

# A line that a restore of the log lost has no state; its row stays, or a late record would bring the line back.
TABLES = """
CREATE TABLE IF NOT EXISTS lines (line_id TEXT PRIMARY KEY, incarnation INTEGER, sequence INTEGER,
                                  state TEXT, reasons TEXT, evidence TEXT, msisdn TEXT);
CREATE TABLE IF NOT EXISTS offsets (topic TEXT, "partition" INTEGER, next INTEGER, PRIMARY KEY (topic, "partition"));
"""

# The whole rule: of a line the newest (incarnation, sequence) wins. So it does not matter in which order records come,
# from which topic, how often, or who wrote them into the table.
MERGE = """
INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (line_id) DO UPDATE SET (incarnation, sequence, state, reasons, evidence, msisdn)
  = (excluded.incarnation, excluded.sequence, excluded.state, excluded.reasons, excluded.evidence, excluded.msisdn)
WHERE (excluded.incarnation, excluded.sequence) > (lines.incarnation, lines.sequence)
"""

# What comes of reading a record that somebody else wrote: whatever is in it, it is no reason to stop.
NOT_OURS = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError,
            sqlite3.InterfaceError, sqlite3.ProgrammingError)


def merge(crm, key, headers, value):
    """Enters one record; says whether it was news. Raises one of NOT_OURS for what is no record of Vigie."""
    headers = {name: text.decode() for name, text in headers or []}
    if value is not None and not headers["ce_type"].startswith("vigie.line."):
        return False  # of the log itself: the state topic says what follows from it for each line
    line = json.loads(value)["line"] if value is not None else {}
    row = (key.decode(), int(headers["ce_incarnation"]), int(headers["ce_sequence"]), line.get("state"),
           " ".join(line.get("reasons", [])), line.get("evidence"), line.get("msisdn", {}).get("value"))
    return crm.execute(MERGE, row).rowcount == 1


def follow(crm, properties):
    """Reads for ever. Whatever stops it, start it again: rows and offsets are committed together."""
    from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

    # Range: partition n of both topics, which hold the same lines, comes to the same consumer. Offsets committed to
    # Kafka are only there for those who watch the lag.
    consumer = Consumer({"partition.assignment.strategy": "range", "enable.partition.eof": True,
                         "auto.offset.reset": "earliest", **properties})

    def assigned(consumer, partitions):
        for part in partitions:
            stored = crm.execute('SELECT next FROM offsets WHERE topic = ? AND "partition" = ?',
                                 (part.topic, part.partition)).fetchone()
            # A new CRM takes the lines from the state topic, and of the events what comes from now on.
            start = OFFSET_BEGINNING if part.topic == STATE else consumer.get_watermark_offsets(part)[1]
            part.offset = stored[0] if stored else start
            if not stored and part.topic == EVENTS:
                crm.execute("INSERT OR IGNORE INTO offsets VALUES (?, ?, ?)", (part.topic, part.partition, start))
        crm.commit()
        consumer.assign(partitions)
        consumer.pause([part for part in partitions if part.topic == EVENTS])

    consumer.subscribe([STATE, EVENTS], on_assign=assigned)
    while True:
        with crm:
            for message in consumer.consume(500, timeout=0.5):
                topic, partition = message.topic(), message.partition()
                if message.error() and message.error().code() == KafkaError._PARTITION_EOF:
                    if topic == STATE:  # its lines are known: now the events
                        consumer.resume([TopicPartition(EVENTS, partition)])
                    continue
                if message.error():
                    raise KafkaException(message.error())
                try:
                    if merge(crm, message.key(), message.headers(), message.value()):
                        print(topic, message.key().decode(), message.offset(), flush=True)
                except NOT_OURS as error:
                    print(f"{topic}/{partition}/{message.offset()} is no record of Vigie: {error!r}", file=sys.stderr)
                crm.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (topic, partition, message.offset() + 1))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        properties = dict(line.strip().split("=", 1) for line in file if "=" in line)
    crm = sqlite3.connect(sys.argv[2], timeout=60)
    crm.executescript("PRAGMA journal_mode = WAL;" + TABLES)
    follow(crm, properties)
