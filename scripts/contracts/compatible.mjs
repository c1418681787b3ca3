// What a change of the contract does to those who read the topics. The rules, in words, are in contracts/README.md.
//
// A reader was written against the accepted contract. A change breaks it when a record can now look like nothing that
// was promised: something it relies on is gone, or is of another kind, or has a value that it was told cannot come.

import { BOUNDS, Changes, inside, onTheWay, view, without } from './schema.mjs';
import { takenChanges } from './writers.mjs';

/** Compares what may be at `path` and below. `open` names the lists of values that may grow. */
function compare(changes, path, [before, beforeRoot], [after, afterRoot], open, way) {
  const { isKnown, deeper } = onTheWay(before, after, way);
  if (isKnown) return;
  const [old, now] = [view(before, beforeRoot), view(after, afterRoot)];

  const allowed = old.types.has('number') ? new Set([...old.types, 'integer']) : old.types;
  const other = [...now.types].filter((type) => !allowed.has(type));
  if (old.types.size > 0 && (other.length > 0 || now.types.size === 0)) {
    changes.breaks(path, `was ${[...old.types].join(' or ')}, may be ${other.join(' or ') || 'anything'}`);
    return;
  }
  const grows = (fresh) => {
    if (open.has(old.name)) changes.adds(path, `may be ${fresh}`);
    else changes.breaks(path, `may be ${fresh}, and the list is closed`);
  };
  if (old.values !== null) {
    if (now.values === null) {
      changes.breaks(path, 'was one of a list of values, may be any');
    } else {
      for (const gone of without(old.values, now.values)) changes.breaks(path, `${gone} does not come any more`);
      for (const fresh of without(now.values, old.values)) grows(fresh);
    }
  }
  if (old.forms.size > 0) {
    for (const [label, form] of old.forms) {
      const still = now.forms.get(label);
      if (still === undefined) changes.breaks(path, `${label} does not come any more`);
      else compare(changes, `${path}(${label})`, [form, beforeRoot], [still, afterRoot], open, deeper);
    }
    for (const label of now.forms.keys()) {
      if (!old.forms.has(label)) grows(label);
    }
  }
  for (const bound of BOUNDS) {
    if (old[bound] !== undefined && old[bound] !== now[bound]) {
      changes.breaks(path, `${bound} was ${old[bound]}, is ${now[bound] ?? 'not given'}`);
    }
  }
  if (old.minimum !== undefined && !(now.minimum >= old.minimum)) changes.breaks(path, `may be below ${old.minimum}`);
  if (old.maximum !== undefined && !(now.maximum <= old.maximum)) changes.breaks(path, `may be above ${old.maximum}`);
  if (JSON.stringify(old.default) !== JSON.stringify(now.default)) {
    changes.breaks(path, 'means something else where it is absent');
  }
  properties(changes, path, [old, beforeRoot], [now, afterRoot], open, deeper);
  if (old.items !== undefined) {
    if (now.items === undefined) changes.breaks(`${path}[]`, 'may be anything');
    else compare(changes, `${path}[]`, [old.items, beforeRoot], [now.items, afterRoot], open, deeper);
  }
}

/** Compares the fields of an object. */
function properties(changes, path, [old, beforeRoot], [now, afterRoot], open, way) {
  for (const [name, property] of Object.entries(old.properties ?? {})) {
    const still = now.properties?.[name];
    if (still === undefined) changes.breaks(inside(path, name), 'is gone');
    else compare(changes, inside(path, name), [property, beforeRoot], [still, afterRoot], open, way);
  }
  const isClosed = old.additionalProperties === false;
  for (const name of Object.keys(now.properties ?? {})) {
    if (old.properties?.[name] !== undefined) continue;
    if (isClosed) changes.breaks(inside(path, name), 'is new, where no other field could come');
    else changes.adds(inside(path, name), 'is new');
  }
  for (const name of old.required ?? []) {
    const still = now.properties?.[name] !== undefined;
    if (still && !now.required?.includes(name)) changes.breaks(inside(path, name), 'may be absent');
  }
  if (isClosed && now.additionalProperties !== false) changes.breaks(path, 'may have fields of any name');
  if (typeof old.additionalProperties === 'object' && now.additionalProperties !== false) {
    const [every, still] = [old.additionalProperties, now.additionalProperties];
    if (typeof still !== 'object') changes.breaks(`${path}.*`, 'may be anything');
    else compare(changes, `${path}.*`, [every, beforeRoot], [still, afterRoot], open, way);
  }
}

/** What changed between two schemas of the same event. */
export function schemaChanges(before, after, open = new Set()) {
  const changes = new Changes();
  compare(changes, '', [before, before], [after, after], open, []);
  return changes;
}

/** Settings of a topic that readers rely on, with what a change of each may not do. */
const PROMISES = {
  'partitions': (old, now) => now !== old && 'keys would move between partitions, and their order would be lost',
  'cleanup.policy': (old, now) => JSON.stringify(now) !== JSON.stringify(old) && 'records would go away otherwise than promised',
  'retention.ms': (old, now) => !(now >= old) && 'records would go away earlier',
  'delete.retention.ms': (old, now) => !(now >= old) && 'nulls would go away earlier',
};

function settings({ bindings: { kafka } }) {
  return { partitions: kafka.partitions, ...kafka.topicConfiguration };
}

/**
 * Every topic of some documents, by its address: the channel, the document's open lists of values, its notice, and whether
 * Vigie reads it.
 */
function topics(documents) {
  const all = documents.flatMap(({ info, channels, operations = {} }) => {
    const read = Object.values(operations).filter(({ action }) => action === 'receive').map(({ channel }) => channel.address);
    return Object.values(channels).map((channel) => [channel.address, {
      channel,
      open: new Set(info['x-open-values']),
      months: info['x-deprecation'].months,
      isRead: read.includes(channel.address),
    }]);
  });
  return new Map(all);
}

/**
 * What changed between two contracts: lists of AsyncAPI documents whose references are followed, except that `payload` is
 * the event's schema as it is in its file (a list of values is known by the name of its definition). In which document a
 * topic is described is nobody's concern.
 */
export function contractChanges(before, after) {
  const changes = new Changes();
  const [old, now] = [topics(before), topics(after)];
  for (const [address, topic] of old) {
    const still = now.get(address);
    if (still === undefined) {
      changes.breaks(address, 'is gone');
      continue;
    }
    if (!(still.months >= topic.months)) changes.breaks('deprecation', `was ${topic.months} months, is ${still.months}`);
    if (topic.isRead !== still.isRead) changes.breaks(address, 'was written by one side, is written by the other');
    else if (topic.isRead) readTopic(changes, topic.channel, still.channel);
    else publishedTopic(changes, topic, still);
  }
  for (const address of now.keys()) {
    if (!old.has(address)) changes.adds(address, 'is new');
  }
  return changes;
}

/** A topic that Vigie writes and others read. */
function publishedTopic(changes, { channel, open }, { channel: still, open: openNow }) {
  for (const name of openNow) {
    if (!open.has(name) && isDefined(channel, name)) changes.breaks(name, 'was a closed list of values');
  }
  for (const [name, isBroken] of Object.entries(PROMISES)) {
    const [old, value] = [settings(channel)[name], settings(still)[name]];
    const why = old !== undefined && isBroken(old, value);
    if (why) changes.breaks(channel.address, `${name} was ${old}, is ${value}: ${why}`);
  }
  messageChanges(changes, channel, still, 'is not published any more', (message, published) => {
    // All topics carry the same events, and all events have the same headers: a change of them is told once.
    changes.take(message.name, schemaChanges(message.payload, published.payload, open));
    changes.take('headers', schemaChanges(message.headers, published.headers, open));
    changes.take('key', schemaChanges(message.bindings.kafka.key, published.bindings.kafka.key, open));
  });
}

/** A topic that others write and Vigie reads. */
function readTopic(changes, channel, still) {
  messageChanges(changes, channel, still, 'is not read any more', (message, read) => {
    changes.take(message.name, takenChanges(message.payload, read.payload));
  });
}

/** Whether some event has a list of values of that name: one that no reader has seen may be open from its first day. */
function isDefined({ messages }, name) {
  return Object.values(messages).some(({ payload }) => payload.$defs?.[name] !== undefined);
}

function messageChanges(changes, channel, still, isGone, each) {
  const named = ({ messages }) => new Map(Object.values(messages).map((message) => [message.name, message]));
  const [old, now] = [named(channel), named(still)];
  for (const [name, message] of old) {
    const at = `${channel.address} ${name}`;
    const published = now.get(name);
    if (published === undefined) {
      changes.breaks(at, isGone);
      continue;
    }
    each(message, published);
    if (message.contentType !== published.contentType) changes.breaks(at, `is ${published.contentType}`);
  }
  for (const name of now.keys()) {
    if (!old.has(name)) changes.adds(`${channel.address} ${name}`, 'is new');
  }
}
