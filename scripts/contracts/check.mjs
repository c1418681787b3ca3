// `check.mjs [--accept]`: is the contract valid, is it kept by our own events, and does it break a reader or a writer?
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { read } from './asyncapi.mjs';
import { contractChanges } from './compatible.mjs';
import { goldenEvents, recordsOf, validator } from './records.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CONTRACTS = `${root}contracts`;
const BASELINE = `${CONTRACTS}/baseline`;
const SERVICES = `${root}services`;

/** Where a service keeps its events, and the facts that it reads. */
const GOLDEN = ['golden', 'facts'];

/** Made by the log itself, and held against its schema by a test of the log. */
const WITHOUT_GOLDEN = new Set(['vigie.log.restored.v1']);

/** The records that the page shows at least. */
const RECORDS_MIN = 8;

/** Whether it is fine; tells what is not. */
async function check() {
  const today = await read(CONTRACTS);
  const wrong = [...today.findings, ...unpublished(today)];
  if (wrong.length > 0) return tell(wrong);

  const validate = validator(today.documents);
  wrong.push(...goldenIsAsSaid(today, validate), ...pageIsAsSaid(validate));
  if (wrong.length > 0) return tell(wrong);
  return compare(today.documents);
}

/** Schemas that no document refers to. */
function unpublished({ documents, schemas }) {
  const channels = documents.flatMap((document) => Object.values(document.channels));
  const named = new Set(channels.flatMap(({ messages }) => Object.values(messages).map(({ name }) => name)));
  return [...schemas.keys()].filter((name) => !named.has(name)).map((name) => `schemas/${name}.json: is on no topic`);
}

/** What golden files say against the schemas, and the other way round. */
function goldenIsAsSaid({ schemas }, { valueOf }) {
  const wrong = [];
  const seen = new Set(WITHOUT_GOLDEN);
  const folders = readdirSync(SERVICES).flatMap((service) => GOLDEN.map((kind) => `${SERVICES}/${service}/tests/${kind}`));
  for (const { name, type, value } of folders.filter(existsSync).flatMap(goldenEvents)) {
    seen.add(type);
    for (const error of valueOf(type, value)) wrong.push(`${name}: ${error}`);
    // A validator that lets everything pass is none.
    for (const field of schemas.get(type)?.required ?? []) {
      const { [field]: _, ...without } = value;
      if (valueOf(type, without).length === 0) wrong.push(`${name}: passes without ${field}, which is required`);
    }
  }
  for (const type of schemas.keys()) {
    if (!seen.has(type)) wrong.push(`schemas/${type}.json: no golden file is of this type`);
  }
  return wrong;
}

/** What the page's records say against the schemas. */
function pageIsAsSaid({ headersOf, valueOf }) {
  const records = recordsOf(`${CONTRACTS}/README.md`);
  const wrong = records.length < RECORDS_MIN ? [`README.md: shows ${records.length} records`] : [];
  for (const { headers, value, key } of records) {
    // Events of ours have their attributes in headers, facts that are told us have them in the value.
    const isOurs = headers.ce_type !== undefined;
    const type = headers.ce_type ?? value.type;
    const at = `README.md, ${type} of key ${key}`;
    const errors = isOurs ? [...headersOf(headers), ...valueOf(type, value)] : valueOf(type, value);
    for (const error of errors) wrong.push(`${at}: ${error}`);
    const isKey = isOurs ? key === headers.ce_partitionkey && headers.ce_source.endsWith(`/${key}`) : key === value.subject;
    if (!isKey) wrong.push(`${at}: has another key`);
  }
  return wrong;
}

async function compare(documents) {
  const accepted = existsSync(BASELINE) ? (await read(BASELINE)).documents : [];
  if (accepted.length === 0) {
    return tell(['contracts/baseline is empty: accept a contract first, `make contract-baseline`']);
  }
  const { breaking, added } = contractChanges(accepted, documents);
  for (const text of added) console.log(`new since the accepted contract: ${text}`);
  if (breaking.length === 0) return true;
  return tell([
    ...breaking.map((text) => `breaks readers or writers: ${text}`),
    'Publish a new version of the event beside the old one (contracts/README.md, "Changes"). If readers were told in time,',
    'accept it: `make contract-baseline`.',
  ]);
}

/** Makes today's contract the baseline, and tells what that does to readers and writers. */
async function accept() {
  const today = await read(CONTRACTS);
  if (existsSync(BASELINE)) {
    const { breaking, added } = contractChanges((await read(BASELINE)).documents, today.documents);
    for (const text of breaking) console.log(`accepted, although it breaks readers or writers: ${text}`);
    for (const text of added) console.log(`accepted: ${text}`);
  }
  rmSync(BASELINE, { recursive: true, force: true });
  mkdirSync(BASELINE);
  for (const part of ['asyncapi', 'schemas']) cpSync(`${CONTRACTS}/${part}`, `${BASELINE}/${part}`, { recursive: true });
  return true;
}

function tell(lines) {
  for (const line of lines) console.error(line);
  return false;
}

const fine = process.argv.includes('--accept') ? (await accept()) && (await check()) : await check();
process.exitCode = fine ? 0 : 1;
