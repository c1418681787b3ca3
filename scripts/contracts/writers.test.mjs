// The rules of writers.mjs, one change at a time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { takenChanges } from './writers.mjs';

const accepted = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 100 },
    wait_ms: { type: ['integer', 'null'] },
    channel: { type: 'string', enum: ['PHONE', 'CHAT'] },
    desk: { $ref: '#/$defs/DeskRef' },
    families: { type: 'array', items: { type: 'string', enum: ['MOBILE', 'FIXED'] } },
    country: { type: 'string', default: '' },
  },
  required: ['id', 'desk'],
  $defs: {
    DeskRef: {
      oneOf: [
        { type: 'object', properties: { desk_id: { type: 'string' } }, required: ['desk_id'], additionalProperties: false },
        { type: 'object', properties: { key: { type: 'string' } }, required: ['key'], additionalProperties: false },
      ],
    },
  },
};

/** What `change` of the accepted schema does. */
function after(change) {
  const schema = structuredClone(accepted);
  change(schema);
  return takenChanges(accepted, schema);
}

const breaking = {
  'a field that is not read any more': [(s) => delete s.properties.wait_ms, 'wait_ms: is not read any more'],
  'a field that is required now': [(s) => s.required.push('channel'), 'channel: is required now'],
  'a new field that is required': [
    (s) => { s.properties.more = { type: 'string' }; s.required.push('more'); },
    'more: is required now',
  ],
  'a field that may not be null any more': [
    (s) => { s.properties.wait_ms.type = 'integer'; },
    'wait_ms: may not be null any more',
  ],
  'a field of another type': [(s) => { s.properties.id.type = 'integer'; }, 'id: may not be string any more'],
  'a value that is not taken any more': [(s) => s.properties.channel.enum.pop(), 'channel: CHAT is not taken any more'],
  'a free text that becomes a list of values': [
    (s) => { s.properties.country.enum = ['', 'FR']; },
    'country: could be any value, may be one of a list only',
  ],
  'a value less in a list': [(s) => s.properties.families.items.enum.pop(), 'families[]: FIXED is not taken any more'],
  'a shorter text': [(s) => { s.properties.id.maxLength = 50; }, 'id: maxLength was 100, is 50'],
  'a format that was none': [(s) => { s.properties.country.format = 'uuid'; }, 'country: format was not given, is uuid'],
  'another default': [(s) => { s.properties.country.default = 'FR'; }, 'country: means something else where it is absent'],
  'a form that is not taken any more': [(s) => s.$defs.DeskRef.oneOf.pop(), 'desk: key is not taken any more'],
  'an object that takes no other fields any more': [
    (s) => { s.additionalProperties = false; },
    ': may not have fields of any name any more',
  ],
};

const harmless = {
  'a new field': (s) => { s.properties.more = { type: 'string' }; },
  'a field that need not be there any more': (s) => { s.required = ['id']; },
  'a field that may be null': (s) => { s.properties.channel.type = ['string', 'null']; },
  'a value more': (s) => s.properties.channel.enum.push('VIDEO'),
  'a form more': (s) => s.$defs.DeskRef.oneOf.push({ type: 'object', properties: { name: { type: 'string' } } }),
  'a longer text': (s) => { s.properties.id.maxLength = 200; },
  'a bound that is lifted': (s) => { delete s.properties.id.minLength; },
  'another description': (s) => { s.properties.id.description = 'Key.'; },
};

describe('breaks a writer', () => {
  for (const [name, [change, expected]] of Object.entries(breaking)) {
    test(name, () => {
      const found = after(change).breaking;
      assert.ok(found.includes(expected), `${expected} is not in ${JSON.stringify(found)}`);
    });
  }
});

describe('hurts no writer', () => {
  test('no change', () => {
    const { breaking, added } = after(() => {});
    assert.deepEqual({ breaking, added }, { breaking: [], added: [] });
  });
  for (const [name, change] of Object.entries(harmless)) {
    test(name, () => assert.deepEqual(after(change).breaking, []));
  }
  test('what is new is told', () => {
    assert.deepEqual(after((s) => s.properties.channel.enum.push('VIDEO')).added, ['channel: may be VIDEO']);
  });
});
