// What a JSON Schema says, as far as a change of it matters to those who were promised it.

/** Keywords that say nothing about what a value may be. */
const SILENT = new Set(['$schema', '$id', 'title', 'description', '$defs', 'x-parser-schema-id', 'x-personal']);

/** Keywords that bound a value: who relies on one may rely on it as it is. */
export const BOUNDS = ['pattern', 'format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'];

const KNOWN = new Set([
  ...SILENT, ...BOUNDS,
  'type', 'const', 'enum', 'oneOf', 'anyOf', 'default', 'minimum', 'maximum', 'properties', 'required', 'items',
  'additionalProperties',
]);

/** What changed: `breaking` hurts somebody, `added` does not. */
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

/** The path of a property. */
export function inside(path, name) {
  return path === '' ? name : `${path}.${name}`;
}

/**
 * What a form that an object may have is called: the property that tells it from the others, with its value
 * (`kind=OPEN`), or the one property that it has (`desk_id`).
 */
function label({ properties = {} }) {
  const told = Object.entries(properties).filter(([, property]) => property.const !== undefined);
  const names = Object.keys(properties);
  if (told.length === 1) return `${told[0][0]}=${told[0][1].const}`;
  if (told.length === 0 && names.length === 1) return names[0];
  throw new Error(`nothing tells the form of ${names.join(', ')} from others`);
}

/**
 * A schema with references followed and alternatives folded: `values` is the list of what may come or null, `forms` the
 * forms that an object may have by their labels, `name` what either list is called.
 */
export function view(schema, root) {
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
    if (!KNOWN.has(keyword)) throw new Error(`${keyword}: nobody has said yet what a change of it does to anybody`);
  }

  const alternatives = folded.oneOf ?? folded.anyOf ?? [];
  const objects = alternatives.filter(({ type }) => type === 'object');
  const constants = alternatives.filter((one) => one.const !== undefined);
  if (objects.length + constants.length < alternatives.length) {
    throw new Error('only lists of values, of forms of an object, and "or null" can be compared');
  }
  const forms = new Map(objects.map((object) => [label(object), object]));
  if (forms.size < objects.length) throw new Error('two forms cannot be told from each other');

  const listed = constants.length > 0
    ? constants.map((one) => one.const)
    : folded.enum ?? (folded.const === undefined ? null : [folded.const]);
  const types = folded.type ?? [...(listed ?? []).map((value) => typeof value), ...objects.map(({ type }) => type)];
  return { ...folded, name, forms, values: listed === null ? null : new Set(listed), types: new Set([types].flat()) };
}

/** Of `values` those that are not in `others`. */
export function without(values, others) {
  return [...values].filter((value) => !others.has(value));
}

/** Whether a pair of references was compared on the way here, and the way from here on. */
export function onTheWay(before, after, way) {
  const pair = `${before.$ref} ${after.$ref}`;
  return { isKnown: before.$ref !== undefined && way.includes(pair), deeper: [...way, pair] };
}
