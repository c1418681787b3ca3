// What a change of the contract does to those who write to a topic that Vigie reads.
//
// A writer was written against the accepted contract. A change breaks it when what it was told would be taken is not, is
// not looked at, or is taken for something else. So it is the other way round than for a reader: taking more hurts nobody.

import { BOUNDS, Changes, inside, onTheWay, view, without } from './schema.mjs';

/** Bounds that may be widened, with whether `now` is at least as wide as `old`. */
const WIDER = {
  minLength: (old, now) => now <= old,
  maxLength: (old, now) => now >= old,
  minItems: (old, now) => now <= old,
  maxItems: (old, now) => now >= old,
  minimum: (old, now) => now <= old,
  maximum: (old, now) => now >= old,
};

/** Compares what is taken at `path` and below. */
function compare(changes, path, [before, beforeRoot], [after, afterRoot], way) {
  const { isKnown, deeper } = onTheWay(before, after, way);
  if (isKnown) return;
  const [old, now] = [view(before, beforeRoot), view(after, afterRoot)];

  const taken = now.types.has('number') ? new Set([...now.types, 'integer']) : now.types;
  const refused = without(old.types, taken);
  if (now.types.size > 0 && (refused.length > 0 || old.types.size === 0)) {
    changes.breaks(path, `may not be ${refused.join(' or ') || 'anything'} any more`);
    return;
  }
  if (now.values !== null) {
    if (old.values === null) changes.breaks(path, 'could be any value, may be one of a list only');
    else for (const gone of without(old.values, now.values)) changes.breaks(path, `${gone} is not taken any more`);
  }
  for (const fresh of without(now.values ?? [], old.values ?? new Set())) changes.adds(path, `may be ${fresh}`);
  for (const bound of [...BOUNDS, 'minimum', 'maximum']) {
    const [was, is] = [old[bound], now[bound]];
    if (is === undefined || is === was) continue;
    const isWider = was !== undefined && WIDER[bound]?.(was, is);
    if (!isWider) changes.breaks(path, `${bound} was ${was ?? 'not given'}, is ${is}`);
  }
  if (JSON.stringify(old.default) !== JSON.stringify(now.default)) {
    changes.breaks(path, 'means something else where it is absent');
  }
  for (const [label, form] of old.forms) {
    const still = now.forms.get(label);
    if (still === undefined) changes.breaks(path, `${label} is not taken any more`);
    else compare(changes, `${path}(${label})`, [form, beforeRoot], [still, afterRoot], deeper);
  }
  for (const label of now.forms.keys()) {
    if (old.forms.has(label)) continue;
    if (old.forms.size > 0) changes.adds(path, `may be ${label}`);
    else changes.breaks(path, 'could be of any form, may be one of a list only');
  }
  properties(changes, path, [old, beforeRoot], [now, afterRoot], deeper);
  if (old.items !== undefined && now.items !== undefined) {
    compare(changes, `${path}[]`, [old.items, beforeRoot], [now.items, afterRoot], deeper);
  }
}

/** Compares the fields of an object. */
function properties(changes, path, [old, beforeRoot], [now, afterRoot], way) {
  for (const [name, property] of Object.entries(old.properties ?? {})) {
    const still = now.properties?.[name];
    if (still === undefined) changes.breaks(inside(path, name), 'is not read any more');
    else compare(changes, inside(path, name), [property, beforeRoot], [still, afterRoot], way);
  }
  for (const name of Object.keys(now.properties ?? {})) {
    const isRequired = now.required?.includes(name) ?? false;
    const isNew = old.properties?.[name] === undefined;
    const wasRequired = old.required?.includes(name) ?? false;
    if (isRequired && !wasRequired) changes.breaks(inside(path, name), 'is required now');
    else if (isNew) changes.adds(inside(path, name), 'is new');
  }
  if (now.additionalProperties === false && old.additionalProperties !== false) {
    changes.breaks(path, 'may not have fields of any name any more');
  }
}

/** What changed between two schemas of the same fact, for those who tell it. */
export function takenChanges(before, after) {
  const changes = new Changes();
  compare(changes, '', [before, before], [after, after], []);
  return changes;
}
