/** A form for JSON: what a schema looks like to people. What has fields of its own stays JSON in it. */

export interface Entry {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'yes' | 'choice' | 'json';
  readonly choices: readonly string[];
  readonly required: boolean;
  /** An empty box means null, and not that nothing is said. */
  readonly nullable: boolean;
  /** What is no JSON is sent as text, and may fit. */
  readonly textual: boolean;
  readonly says: string;
}

type Json = Readonly<Record<string, unknown>>;
type Shape = Pick<Entry, 'kind' | 'choices' | 'nullable'>;

/** The entries of a form for this schema; null where it names no fields. */
export function entries(schema: unknown): Entry[] | null {
  if (!isObject(schema) || !isObject(schema['properties'])) return null;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const found = Object.entries(schema['properties']).map(([name, about]) => ({
    name,
    ...shape(about),
    required: required.includes(name),
    textual: isTextual(about),
    says: isObject(about) && typeof about['description'] === 'string' ? about['description'] : '',
  }));
  return found.length > 0 ? found : null;
}

const KINDS: Readonly<Record<string, Entry['kind']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'yes',
};

const JSON_ITSELF: Shape = { kind: 'json', choices: [], nullable: false };

function shape(about: unknown): Shape {
  if (!isObject(about)) return JSON_ITSELF;
  if ('const' in about) return choice([about['const']]);
  if (Array.isArray(about['enum'])) return choice(about['enum']);
  const { type, anyOf, oneOf } = about;
  if (type === undefined) return either(anyOf ?? oneOf);
  if (Array.isArray(type)) return either(type.map((each) => ({ type: each })));
  const kind = KINDS[`${type}`];
  return kind ? { ...JSON_ITSELF, kind } : JSON_ITSELF;
}

function choice(values: readonly unknown[]): Shape {
  const nullable = values.includes(null);
  const choices = values.filter((one) => one !== null);
  const named = choices.every((one) => typeof one === 'string');
  return named ? { kind: 'choice', choices, nullable } : { ...JSON_ITSELF, nullable };
}

/** One of several; what is one thing or nothing is that thing. */
function either(shapes: unknown): Shape {
  if (!Array.isArray(shapes)) return JSON_ITSELF;
  const [only, ...more] = shapes.filter((one) => !isNull(one));
  const found = more.length === 0 ? shape(only) : JSON_ITSELF;
  return { ...found, nullable: found.nullable || shapes.some(isNull) };
}

/** Whether a text may be what this asks for; of what we do not know the server says it. */
function isTextual(about: unknown): boolean {
  if (!isObject(about)) return about !== false;
  if ('const' in about) return typeof about['const'] === 'string';
  const { enum: values, type, anyOf, oneOf } = about;
  if (Array.isArray(values)) return values.some((one) => typeof one === 'string');
  if (type !== undefined) return [type].flat().includes('string');
  const shapes = anyOf ?? oneOf;
  return Array.isArray(shapes) ? shapes.some(isTextual) : true;
}

function isNull(about: unknown): boolean {
  return isObject(about) && (about['type'] === 'null' || about['const'] === null);
}

/** The JSON as an object; null if it is none, or has what the form would not show, or would change. */
export function values(text: string, form: readonly Entry[]): Json | null {
  const value = read(text);
  if (!isObject(value)) return null;
  return Object.keys(value).every((key) => form.some(({ name }) => name === key)) ? value : null;
}

/** The JSON with one value changed; a number that is none stays text, for the server to refuse. */
export function changed(now: Json, { name, kind, required, nullable }: Entry, written: string) {
  const { [name]: _, ...others } = now;
  if (written === '' && nullable) return JSON.stringify({ ...now, [name]: null });
  if (written === '' && !required) return JSON.stringify(others);
  return JSON.stringify({ ...now, [name]: value(kind, written) });
}

/** What a box shows; JSON as it was written, as long as that is what it means. */
export function shown(kind: Entry['kind'], now: unknown, written = ''): string {
  if (now === undefined || now === null) return '';
  if (typeof now !== 'object' && kind !== 'json') return `${now}`;
  const same = JSON.stringify(parsed(written)) === JSON.stringify(now);
  return same ? written : JSON.stringify(now, null, 2);
}

/** Whether what stands in its box cannot be what is wanted: the server would refuse it. */
export function isWrong({ kind, textual }: Entry, now: unknown, box: string): boolean {
  if (typeof now !== 'string') return false;
  return kind === 'number' || (kind === 'json' && !textual && read(box) === undefined);
}

function value(kind: Entry['kind'], written: string): unknown {
  if (kind === 'yes') return written === 'true';
  if (kind === 'json') return parsed(written);
  const counts = kind === 'number' && written.trim() && exact(written);
  const number = counts ? Number(written) : NaN;
  return Number.isFinite(number) ? number : written;
}

function parsed(written: string): unknown {
  const value = read(written);
  return value === undefined ? written : value;
}

/** What it means; nothing if it is no JSON, or has numbers that are not the same once read. */
function read(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return exact(text) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether its numbers have no more digits than this language counts with. */
function exact(text: string): boolean {
  const numbers = text.replaceAll(/"(?:\\.|[^"\\])*"/g, '').match(/\d[\d.eE+-]*/g) ?? [];
  return numbers.every((one) => digits(one) === digits(`${Number(one)}`));
}

function digits(number: string): string {
  return number.replace(/e.*/i, '').replaceAll(/\D/g, '').replaceAll(/^0+|0+$/g, '');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
