// A contract as it is checked in: a folder with an AsyncAPI document for each bounded context, and the schemas of all.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

import { need } from './parts.mjs';

const { Parser } = need('@asyncapi/parser');

/** Errors and warnings of the parser; hints are taste. */
const SEVERITY_MAX = 1;

/** Where documents may be: which file describes a topic is nobody's concern, so one that moved is the same. */
const PLACES = ['', 'asyncapi/'];

/**
 * The contract in `folder`: `findings` is what there is against it; `documents` have every reference followed, but for the
 * payloads, which are the schema files as they are; `schemas` are those, by the name of the event.
 */
export async function read(folder) {
  const files = PLACES.flatMap((place) => yamlIn(`${folder}/${place}`).map((name) => `${place}${name}`));
  const schemas = new Map(
    readdirSync(`${folder}/schemas`)
      .map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(`${folder}/schemas/${name}`, 'utf8'))]),
  );
  const findings = [];
  const documents = [];
  for (const file of files) {
    const { document, diagnostics } = await parse(`${folder}/${file}`);
    const wrong = diagnostics.filter(({ severity }) => severity <= SEVERITY_MAX);
    findings.push(...wrong.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`));
    if (document !== undefined) documents.push(withPayloads(structuredClone(document.json()), schemas));
  }
  return { findings, documents, schemas };
}

function yamlIn(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort() : [];
}

function parse(source) {
  return new Parser().parse(readFileSync(source, 'utf8'), { source });
}

function withPayloads(document, schemas) {
  for (const { messages } of Object.values(document.channels)) {
    for (const message of Object.values(messages)) message.payload = schemas.get(message.name);
  }
  return document;
}
