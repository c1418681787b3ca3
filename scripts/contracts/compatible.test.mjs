// The rules of compatible.mjs, one change at a time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { contractChanges, schemaChanges } from './compatible.mjs';

const accepted = {
  type: 'object',
  properties: {
    line_id: { type: 'string', format: 'uuid' },
    sequence: { type: 'integer', minimum: 0 },
    site: { type: ['string', 'null'] },
    acts: { type: 'array', items: { $ref: '#/$defs/Act' } },
    supersedes: { type: 'array', items: { type: 'string' }, default: [] },
    state: { $ref: '#/$defs/State' },
    reason: { anyOf: [{ $ref: '#/$defs/Reason' }, { type: 'null' }] },
    term: { $ref: '#/$defs/Term' },
    reach: { $ref: '#/$defs/Reach' },
    words: { type: 'object', additionalProperties: { type: 'string' } },
    hours: { type: 'object', additionalProperties: false, properties: { from: { type: 'string' } } },
  },
  required: ['line_id', 'sequence', 'state'],
  $defs: {
    Act: {
      type: 'object',
      properties: { id: { type: 'string' }, reason: { $ref: '#/$defs/Reason' }, before: { $ref: '#/$defs/Act' } },
      required: ['id'],
    },
    State: { oneOf: [{ type: 'string', const: 'ACTIVE' }, { type: 'string', const: 'SUSPENDED' }] },
    Reason: { oneOf: [{ type: 'string', const: 'LOSS' }, { type: 'string', const: 'THEFT' }] },
    Term: {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'DAYS' }, days: { type: 'integer' } }, required: ['kind', 'days'] },
        { type: 'object', properties: { kind: { const: 'OPEN' } }, required: ['kind'] },
      ],
    },
    Reach: {
      type: 'object',
      properties: { label: { type: 'string' } },
      oneOf: [
        { type: 'object', properties: { number: { type: 'string' } }, required: ['number'] },
        { type: 'object', properties: { address: { type: 'string' } }, required: ['address'] },
      ],
    },
  },
};
const OPEN = new Set(['Reason', 'Reach']);

/** What `change` of the accepted schema does. */
function after(change) {
  const schema = structuredClone(accepted);
  change(schema);
  return schemaChanges(accepted, schema, OPEN);
}

const breaking = {
  'a field that is gone': [(s) => delete s.properties.site, 'site: is gone'],
  'a field that has another name': [
    (s) => { s.properties.place = s.properties.site; delete s.properties.site; },
    'site: is gone',
  ],
  'a required field that is gone': [(s) => delete s.properties.line_id, 'line_id: is gone'],
  'a field of another type': [(s) => { s.properties.sequence = { type: 'string' }; }, 'sequence: was integer, may be string'],
  'a field that may now be null': [
    (s) => { s.properties.line_id.type = ['string', 'null']; },
    'line_id: was string, may be null',
  ],
  'a field that may now be anything': [(s) => { s.properties.site = {}; }, 'site: was string or null, may be anything'],
  'a field that may now be absent': [(s) => { s.required = ['line_id', 'state']; }, 'sequence: may be absent'],
  'another format': [(s) => { delete s.properties.line_id.format; }, 'line_id: format was uuid, is not given'],
  'a lower bound that is lifted': [(s) => { delete s.properties.sequence.minimum; }, 'sequence: may be below 0'],
  'another default': [
    (s) => { s.properties.supersedes.default = ['x']; },
    'supersedes: means something else where it is absent',
  ],
  'a value more in a closed list': [
    (s) => s.$defs.State.oneOf.push({ type: 'string', const: 'ASLEEP' }),
    'state: may be ASLEEP, and the list is closed',
  ],
  'a value less in an open list': [(s) => s.$defs.Reason.oneOf.pop(), 'acts[].reason: THEFT does not come any more'],
  'a list of values that becomes free text': [
    (s) => { s.$defs.State = { type: 'string' }; },
    'state: was one of a list of values, may be any',
  ],
  'items that are of another type': [
    (s) => { s.properties.supersedes.items.type = 'integer'; },
    'supersedes[]: was string, may be integer',
  ],
  'a form that does not come any more': [(s) => s.$defs.Term.oneOf.pop(), 'term: kind=OPEN does not come any more'],
  'a form more in a closed list': [
    (s) => s.$defs.Term.oneOf.push({ type: 'object', properties: { kind: { const: 'YEARS' } } }),
    'term: may be kind=YEARS, and the list is closed',
  ],
  'a form that loses a field': [
    (s) => delete s.$defs.Term.oneOf[0].properties.days,
    'term(kind=DAYS).days: is gone',
  ],
  'a field beside the forms that is gone': [(s) => delete s.$defs.Reach.properties.label, 'reach.label: is gone'],
  'a form whose only field has another name': [
    (s) => { s.$defs.Reach.oneOf[1].properties = { mail: { type: 'string' } }; },
    'reach: address does not come any more',
  ],
  'fields of any name that are of another type': [
    (s) => { s.properties.words.additionalProperties = { type: 'integer' }; },
    'words.*: was string, may be integer',
  ],
  'fields of any name that may be anything': [
    (s) => { delete s.properties.words.additionalProperties; },
    'words.*: may be anything',
  ],
  'a new field where no other could come': [
    (s) => { s.properties.hours.properties.until = { type: 'string' }; },
    'hours.until: is new, where no other field could come',
  ],
  'an object that takes other fields': [
    (s) => { delete s.properties.hours.additionalProperties; },
    'hours: may have fields of any name',
  ],
  'a nested field that is gone': [(s) => delete s.$defs.Act.properties.id, 'acts[].id: is gone'],
  'a nested field that may now be absent': [(s) => { s.$defs.Act.required = []; }, 'acts[].id: may be absent'],
};

const harmless = {
  'a new field, also a required one': (s) => { s.properties.more = { type: 'string' }; s.required.push('more'); },
  'a field that is now always there': (s) => s.required.push('site'),
  'a field that is never null any more': (s) => { s.properties.site.type = 'string'; },
  'a value more in an open list': (s) => s.$defs.Reason.oneOf.push({ type: 'string', const: 'SEIZED' }),
  'a form more in an open list': (s) => {
    s.$defs.Reach.oneOf.push({ type: 'object', properties: { room: { type: 'string' } } });
  },
  'a new field in a form': (s) => { s.$defs.Term.oneOf[1].properties.hours = { type: 'integer' }; },
  'another description': (s) => { s.properties.line_id.description = 'The line.'; },
  'a definition that goes by another name': (s) => {
    s.$defs.Place = s.$defs.State;
    delete s.$defs.State;
    s.properties.state = { $ref: '#/$defs/Place' };
  },
  'a higher lower bound': (s) => { s.properties.sequence.minimum = 1; },
};

describe('breaks a reader', () => {
  for (const [name, [change, expected]] of Object.entries(breaking)) {
    test(name, () => {
      const found = after(change).breaking;
      assert.ok(found.includes(expected), `${expected} is not in ${JSON.stringify(found)}`);
    });
  }
});

describe('hurts no reader', () => {
  test('no change', () => {
    const { breaking, added } = after(() => {});
    assert.deepEqual({ breaking, added }, { breaking: [], added: [] });
  });
  for (const [name, change] of Object.entries(harmless)) {
    test(name, () => assert.deepEqual(after(change).breaking, []));
  }
  test('what is new is told', () => {
    assert.deepEqual(after((s) => { s.properties.more = {}; }).added, ['more: is new']);
  });
});

test('forms that nothing tells from each other stop the comparison', () => {
  assert.throws(() => after((s) => { delete s.$defs.Term.oneOf[0].properties.kind.const; }), /nothing tells the form/);
  assert.throws(() => after((s) => s.$defs.Term.oneOf.push(s.$defs.Term.oneOf[0])), /two forms cannot be told/);
});

test('a keyword that nobody has thought about stops the comparison', () => {
  assert.throws(() => after((s) => { s.properties.site.not = {}; }), /not: nobody has said yet/);
});

describe('a contract', () => {
  const contract = {
    info: { 'x-open-values': ['Reason'], 'x-deprecation': { months: 12 } },
    channels: {
      events: {
        address: 'events.v1',
        bindings: { kafka: { partitions: 12, topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': 1000 } } },
        messages: {
          one: {
            name: 'one.v1',
            contentType: 'application/json',
            payload: accepted,
            headers: { type: 'object', properties: { ce_id: { type: 'string' } }, required: ['ce_id'] },
            bindings: { kafka: { key: { type: 'string', format: 'uuid' } } },
          },
        },
      },
    },
  };

  function afterwards(change) {
    const changed = structuredClone(contract);
    change(changed, changed.channels.events, changed.channels.events.messages.one);
    return contractChanges([contract], [changed]);
  }

  const broken = {
    'a topic that is gone': [(c) => { c.channels = {}; }, 'events.v1: is gone'],
    'a topic of another name': [(_, topic) => { topic.address = 'events.v2'; }, 'events.v1: is gone'],
    'another number of partitions': [
      (_, topic) => { topic.bindings.kafka.partitions = 24; },
      'events.v1: partitions was 12, is 24: keys would move between partitions, and their order would be lost',
    ],
    'a shorter retention': [
      (_, topic) => { topic.bindings.kafka.topicConfiguration['retention.ms'] = 999; },
      'events.v1: retention.ms was 1000, is 999: records would go away earlier',
    ],
    'a topic that is compacted': [
      (_, topic) => { topic.bindings.kafka.topicConfiguration['cleanup.policy'] = ['compact']; },
      'events.v1: cleanup.policy was delete, is compact: records would go away otherwise than promised',
    ],
    'an event that is not published any more': [
      (_, topic) => { topic.messages = {}; },
      'events.v1 one.v1: is not published any more',
    ],
    'a header that is gone': [
      (_, __, message) => { message.headers.properties = {}; },
      'headers ce_id: is gone',
    ],
    'another key': [
      (_, __, message) => { message.bindings.kafka.key = { type: 'string' }; },
      'key: format was uuid, is not given',
    ],
    'a field that is gone': [
      (_, __, message) => { delete message.payload.properties.site; },
      'one.v1 site: is gone',
    ],
    'a closed list that is opened': [
      (c) => c.info['x-open-values'].push('State'),
      'State: was a closed list of values',
    ],
    'a shorter notice': [
      (c) => { c.info['x-deprecation'].months = 6; },
      'deprecation: was 12 months, is 6',
    ],
  };

  for (const [name, [change, expected]] of Object.entries(broken)) {
    test(`is broken by ${name}`, () => assert.deepEqual(afterwards(change).breaking, [expected]));
  }

  test('is the same in another document', () => {
    const [one, other] = [structuredClone(contract), structuredClone(contract)];
    other.channels = { more: { ...contract.channels.events, address: 'more.v1' } };
    const { breaking, added } = contractChanges([contract], [other, one]);
    assert.deepEqual({ breaking, added }, { breaking: [], added: ['more.v1: is new'] });
  });

  test('is broken by a topic that others are to write now', () => {
    const changed = structuredClone(contract);
    changed.operations = { read: { action: 'receive', channel: changed.channels.events } };
    assert.deepEqual(
      contractChanges([contract], [changed]).breaking,
      ['events.v1: was written by one side, is written by the other'],
    );
  });

  test('of a topic that Vigie reads is held against what its writers may rely on', () => {
    const read = (change) => {
      const document = structuredClone(contract);
      document.operations = { read: { action: 'receive', channel: document.channels.events } };
      delete document.channels.events.messages.one.headers;
      change(document.channels.events.messages);
      return document;
    };
    const changes = (change) => contractChanges([read(() => {})], [read(change)]);
    assert.deepEqual(changes((messages) => { messages.one.payload.required.push('site'); }).breaking, ['one.v1 site: is required now']);
    assert.deepEqual(changes((messages) => { delete messages.one; }).breaking, ['events.v1 one.v1: is not read any more']);
    assert.deepEqual(changes((messages) => { messages.one.payload.required = []; }).breaking, []);
  });

  test('may grow by events, topics and time', () => {
    const { breaking, added } = afterwards((c, topic) => {
      topic.messages.two = { ...topic.messages.one, name: 'two.v1' };
      c.channels.more = { ...topic, address: 'more.v1' };
      topic.bindings.kafka.topicConfiguration['retention.ms'] = 2000;
    });
    assert.deepEqual(breaking, []);
    assert.deepEqual(added, ['events.v1 two.v1: is new', 'more.v1: is new']);
  });

  test('may say of a list of values that nobody has seen that it is open', () => {
    assert.deepEqual(afterwards((c) => c.info['x-open-values'].push('Colour')).breaking, []);
  });

  test('does not let a new version of an event take the place of the old one', () => {
    const { breaking } = afterwards((_, __, message) => { message.name = 'one.v2'; });
    assert.deepEqual(breaking, ['events.v1 one.v1: is not published any more']);
  });
});
