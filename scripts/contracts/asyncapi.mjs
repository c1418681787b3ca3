// A contract as it is checked in: an AsyncAPI document, and the schemas that it refers to.
import { readFileSync } from 'node:fs';

import { need } from './parts.mjs';

const { Parser } = need('@asyncapi/parser');

/** Errors and warnings of the parser; hints are taste. */
const SEVERITY_MAX = 1;

/**
 * The contract in `folder`: `findings` is what the parser has against it; `contract` has every reference followed, but
 * for the payloads, which are the schema files as they are.
 */
export async function read(folder) {
  const source = `${folder}/asyncapi.yaml`;
  const { document, diagnostics } = await new Parser().parse(readFileSync(source, 'utf8'), { source });
  const findings = diagnostics
    .filter(({ severity }) => severity <= SEVERITY_MAX)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (document === undefined) return { findings };

  const contract = structuredClone(document.json());
  const schemas = new Map();
  for (const { messages } of Object.values(contract.channels)) {
    for (const message of Object.values(messages)) {
      const schema = JSON.parse(readFileSync(`${folder}/schemas/${message.name}.json`, 'utf8'));
      schemas.set(message.name, schema);
      message.payload = schema;
    }
  }
  const isRequired = (type, field) => schemas.get(type).required.includes(field);
  return { findings, contract, isRequired };
}
