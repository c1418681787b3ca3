// `check.mjs [--accept]`: is the contract valid, is it kept by our own events, and does it break a reader?
import { cpSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { read } from './asyncapi.mjs';
import { contractChanges } from './compatible.mjs';
import { goldenEvents, recordsOf, validator } from './records.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CONTRACTS = `${root}contracts`;
const BASELINE = `${CONTRACTS}/baseline`;
const GOLDEN = `${root}services/lines/tests/golden`;

/** Whether it is fine; tells what is not. */
async function check() {
  const today = await read(CONTRACTS);
  const wrong = today.findings.map((finding) => `asyncapi.yaml: ${finding}`);
  if (wrong.length > 0) return tell(wrong);

  const { headersOf, valueOf } = validator(today.contract);
  for (const { name, type, value } of goldenEvents(GOLDEN)) {
    for (const error of valueOf(type, value)) wrong.push(`${name}: ${error}`);
    // A validator that lets everything pass is none.
    for (const field of Object.keys(value).filter((field) => today.isRequired(type, field))) {
      const { [field]: _, ...without } = value;
      if (valueOf(type, without).length === 0) wrong.push(`${name}: passes without ${field}, which is required`);
    }
  }
  const records = recordsOf(`${CONTRACTS}/README.md`);
  if (records.length < 5) wrong.push(`README.md: shows ${records.length} records`);
  for (const { headers, value, key } of records) {
    const at = `README.md, ${headers.ce_type} of position ${headers.ce_position}`;
    const errors = [...headersOf(headers), ...valueOf(headers.ce_type, value)];
    for (const error of errors) wrong.push(`${at}: ${error}`);
    if (key !== headers.ce_partitionkey || !headers.ce_source.endsWith(`/${key}`)) wrong.push(`${at}: has another key`);
  }
  if (wrong.length > 0) return tell(wrong);
  return compare(today.contract);
}

async function compare(contract) {
  if (!existsSync(`${BASELINE}/asyncapi.yaml`)) {
    return tell(['contracts/baseline is empty: accept a contract first, `make contract-baseline`']);
  }
  const accepted = await read(BASELINE);
  const { breaking, added } = contractChanges(accepted.contract, contract);
  for (const text of added) console.log(`new since the accepted contract: ${text}`);
  if (breaking.length === 0) return true;
  return tell([
    ...breaking.map((text) => `breaks readers: ${text}`),
    'Publish a new version of the event beside the old one (contracts/README.md, "Changes"). If readers were told in time,',
    'accept it: `make contract-baseline`.',
  ]);
}

/** Makes today's contract the baseline, and tells what that does to readers. */
async function accept() {
  const today = await read(CONTRACTS);
  if (today.contract !== undefined && existsSync(`${BASELINE}/asyncapi.yaml`)) {
    const { breaking, added } = contractChanges((await read(BASELINE)).contract, today.contract);
    for (const text of breaking) console.log(`accepted, although it breaks readers: ${text}`);
    for (const text of added) console.log(`accepted: ${text}`);
  }
  rmSync(BASELINE, { recursive: true, force: true });
  cpSync(`${CONTRACTS}/asyncapi.yaml`, `${BASELINE}/asyncapi.yaml`);
  cpSync(`${CONTRACTS}/schemas`, `${BASELINE}/schemas`, { recursive: true });
  return true;
}

function tell(lines) {
  for (const line of lines) console.error(line);
  return false;
}

const fine = process.argv.includes('--accept') ? (await accept()) && (await check()) : await check();
process.exitCode = fine ? 0 : 1;
