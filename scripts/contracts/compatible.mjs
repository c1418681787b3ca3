// What a change of the contract does to those who read the topics. The rules, in words, are in contracts/README.md.
//
// A reader was written against the accepted contract. A change breaks it when a record can now look like nothing that
// was promised: something it relies on is gone, or is of another kind, or has a value that it was told cannot come.

/** Keywords that say nothing about what a value may be. */
const SILENT = new Set(['$schema', '$id', 'title', 'description', '$defs', 'x-parser-schema-id']);

/** Keywords that bound a value: a reader may rely on each as it is. */
const BOUNDS = ['pattern', 'format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems', 'additionalProperties'];

const KNOWN = new Set([
  ...SILENT, ...BOUNDS,
  'type', 'const', 'enum', 'oneOf', 'anyOf', 'default', 'minimum', 'maximum', 'properties', 'required', 'items',
]);

/** What changed: `breaking` hurts a reader, `added` does not. */
export class Changes {
  #breaking = new Set();
  #added = new Set();

  breaks(path, what) {
    this.#breaking.add(`${path}: ${what}`);
  }

  adds(path, what) {
    this.#added.add(`${path}: ${what}`);
  }

  /** Takes over what changed in a part. */
  take(part, { breaking, added }) {
    const placed = (text) => `${part}${text.startsWith(':') ? '' : ' '}${text}`;
    for (const text of breaking) this.#breaking.add(placed(text));
    for (const text of added) this.#added.add(placed(text));
  }

  get breaking() {
    return [...this.#breaking];
  }

  get added() {
    return [...this.#added];
  }
}

/**
 * A schema with references followed and alternatives folded: `values` is the list of what may come or null, `name` what
 * a list of values is called.
 */
function view(schema, root) {
  let folded = schema;
  let name = null;
  while (folded.$ref !== undefined) {
    const { $ref, ...beside } = folded;
    if (!$ref.startsWith('#/$defs/')) throw new Error(`the reference ${$ref} leads out of the schema`);
    name = $ref.slice('#/$defs/'.length);
    folded = { ...root.$defs[name], ...beside };
  }
  const nullable = folded.anyOf?.length === 2 && folded.anyOf.some(({ type }) => type === 'null');
  if (nullable) {
    const { anyOf, ...beside } = folded;
    const inner = view({ ...anyOf.find(({ type }) => type !== 'null'), ...beside }, root);
    return { ...inner, types: new Set([...inner.types, 'null']) };
  }
  for (const keyword of Object.keys(folded)) {
    if (!KNOWN.has(keyword)) throw new Error(`${keyword}: nobody has said yet what a change of it does to a reader`);
  }
  const { oneOf } = folded;
  if (folded.anyOf !== undefined || oneOf?.some((one) => one.const === undefined)) {
    throw new Error('only lists of values and "or null" can be compared');
  }
  const listed = oneOf?.map((one) => one.const) ?? folded.enum ?? (folded.const === undefined ? null : [folded.const]);
  const types = folded.type ?? (listed === null ? [] : listed.map((value) => typeof value));
  return { ...folded, name, values: listed === null ? null : new Set(listed), types: new Set([types].flat()) };
}

function without(values, others) {
  return [...values].filter((value) => !others.has(value));
}

/** Compares what may be at `path` and below. `open` names the lists of values that may grow. */
function compare(changes, path, [before, beforeRoot], [after, afterRoot], open, seen) {
  const pair = `${before.$ref} ${after.$ref}`;
  if (before.$ref !== undefined && seen.includes(pair)) return;
  const deeper = [...seen, pair];
  const [old, now] = [view(before, beforeRoot), view(after, afterRoot)];

  const allowed = old.types.has('number') ? new Set([...old.types, 'integer']) : old.types;
  const other = [...now.types].filter((type) => !allowed.has(type));
  if (old.types.size > 0 && (other.length > 0 || now.types.size === 0)) {
    changes.breaks(path, `was ${[...old.types].join(' or ')}, may be ${other.join(' or ') || 'anything'}`);
    return;
  }
  if (old.values !== null) {
    if (now.values === null) {
      changes.breaks(path, 'was one of a list of values, may be any');
    } else {
      for (const gone of without(old.values, now.values)) changes.breaks(path, `${gone} does not come any more`);
      for (const fresh of without(now.values, old.values)) {
        if (open.has(old.name)) changes.adds(path, `may be ${fresh}`);
        else changes.breaks(path, `may be ${fresh}, and the list is closed`);
      }
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

  for (const [name, property] of Object.entries(old.properties ?? {})) {
    const inside = path === '' ? name : `${path}.${name}`;
    const still = now.properties?.[name];
    if (still === undefined) changes.breaks(inside, 'is gone');
    else compare(changes, inside, [property, beforeRoot], [still, afterRoot], open, deeper);
  }
  for (const name of Object.keys(now.properties ?? {})) {
    if (old.properties?.[name] === undefined) changes.adds(path === '' ? name : `${path}.${name}`, 'is new');
  }
  for (const name of old.required ?? []) {
    const still = now.properties?.[name] !== undefined;
    if (still && !now.required?.includes(name)) changes.breaks(`${path === '' ? '' : `${path}.`}${name}`, 'may be absent');
  }
  if (old.items !== undefined) {
    if (now.items === undefined) changes.breaks(`${path}[]`, 'may be anything');
    else compare(changes, `${path}[]`, [old.items, beforeRoot], [now.items, afterRoot], open, deeper);
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
 * What changed between two contracts: AsyncAPI documents whose references are followed, except that `payload` is the
 * event's schema as it is in its file (a list of values is known by the name of its definition).
 */
export function contractChanges(before, after) {
  const changes = new Changes();
  const open = new Set(before.info['x-open-values']);
  for (const name of after.info['x-open-values']) {
    if (!open.has(name) && isDefined(before, name)) changes.breaks(name, 'was a closed list of values');
  }
  const [months, monthsNow] = [before, after].map((document) => document.info['x-deprecation'].months);
  if (!(monthsNow >= months)) changes.breaks('deprecation', `was ${months} months, is ${monthsNow}`);

  const now = new Map(Object.values(after.channels).map((channel) => [channel.address, channel]));
  for (const channel of Object.values(before.channels)) {
    const still = now.get(channel.address);
    if (still === undefined) {
      changes.breaks(channel.address, 'is gone');
      continue;
    }
    for (const [name, isBroken] of Object.entries(PROMISES)) {
      const [old, value] = [settings(channel)[name], settings(still)[name]];
      const why = old !== undefined && isBroken(old, value);
      if (why) changes.breaks(channel.address, `${name} was ${old}, is ${value}: ${why}`);
    }
    messageChanges(changes, channel, still, open);
  }
  for (const address of now.keys()) {
    if (!Object.values(before.channels).some((channel) => channel.address === address)) changes.adds(address, 'is new');
  }
  return changes;
}

/** Whether some event has a list of values of that name: one that no reader has seen may be open from its first day. */
function isDefined({ channels }, name) {
  const messages = Object.values(channels).flatMap((channel) => Object.values(channel.messages));
  return messages.some(({ payload }) => payload.$defs?.[name] !== undefined);
}

function messageChanges(changes, channel, still, open) {
  const byName = ({ messages }) => new Map(Object.values(messages).map((message) => [message.name, message]));
  const [old, now] = [byName(channel), byName(still)];
  for (const [name, message] of old) {
    const at = `${channel.address} ${name}`;
    const published = now.get(name);
    if (published === undefined) {
      changes.breaks(at, 'is not published any more');
      continue;
    }
    // Both topics carry the same events, and all events have the same headers: a change of them is told once.
    changes.take(name, schemaChanges(message.payload, published.payload, open));
    changes.take('headers', schemaChanges(message.headers, published.headers, open));
    changes.take('key', schemaChanges(message.bindings.kafka.key, published.bindings.kafka.key, open));
    if (message.contentType !== published.contentType) changes.breaks(at, `is ${published.contentType}`);
  }
  for (const name of now.keys()) {
    if (!old.has(name)) changes.adds(`${channel.address} ${name}`, 'is new');
  }
}
