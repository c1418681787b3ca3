// Events and records, held against the contract by a validator that is not ours.
import { readFileSync, readdirSync } from 'node:fs';

import { need } from './parts.mjs';

const { Ajv2020 } = need('ajv/dist/2020');
const addFormats = need('ajv-formats').default;

/** Functions that say what is wrong with the headers and with the value of a record. */
export function validator(documents) {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
  addFormats(ajv);
  for (const format of ['uint8', 'uint16', 'uint32', 'uint64']) {
    ajv.addFormat(format, { type: 'number', validate: (number) => Number.isInteger(number) && number >= 0 });
  }
  // Not among those that the validator knows.
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+$/);
  for (const keyword of ['x-parser-schema-id', 'x-personal']) ajv.addKeyword(keyword);

  const channels = documents.flatMap((document) => Object.values(document.channels));
  const messages = channels.flatMap((channel) => Object.values(channel.messages));
  // Facts that are told us have none.
  const headers = ajv.compile(messages.find((message) => message.headers !== undefined).headers);
  const values = new Map();
  for (const { name, payload } of messages) {
    if (!values.has(name)) values.set(name, ajv.compile(payload));
  }
  const errorsOf = (validate, data) =>
    validate(data) ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
  return {
    headersOf: (data) => errorsOf(headers, data),
    valueOf: (type, data) => {
      const validate = values.get(type);
      return validate === undefined ? [`${type} is in no topic`] : errorsOf(validate, data);
    },
  };
}

/** The producer's golden files: name, type, value. `<type>.golden.json`, older bytes `<type>.<since>.golden.json`. */
export function goldenEvents(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.golden.json'))
    .map((name) => {
      const [type] = /^vigie\.[a-z_]+\.[a-z_]+\.v[0-9]+/.exec(name);
      return { name, type, value: JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) };
    });
}

/** The records that a page shows: a block of text with key and headers, then a block of JSON with the value. */
export function recordsOf(page) {
  const blocks = readFileSync(page, 'utf8').matchAll(/```text\n(key +[^\n]+\n.*?)```\s+```json\n(.*?)```/gs);
  return [...blocks].map(([, text, json]) => {
    const { key, ...headers } = Object.fromEntries(
      text.trim().split('\n').map((line) => /^(\S+) +(.*)$/.exec(line).slice(1)),
    );
    return { key, headers, value: JSON.parse(json) };
  });
}
