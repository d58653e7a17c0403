/** A form for JSON: what a schema looks like to people. What has fields of its own stays JSON in it. */

export interface Entry {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'yes' | 'choice' | 'json';
  readonly choices: readonly string[];
  readonly required: boolean;
  /** An empty box means null, and not that nothing is said. */
  readonly nullable: boolean;
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

function shape(about: unknown): Shape {
  const json: Shape = { kind: 'json', choices: [], nullable: false };
  if (!isObject(about)) return json;
  const { enum: choices, type } = about;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const [only, ...more] = types.filter((one) => one !== 'null');
  const nullable = types.includes('null');
  if (Array.isArray(choices)) {
    const named = choices.filter((one) => one !== null);
    if (!named.every((one) => typeof one === 'string')) return json;
    return { kind: 'choice', choices: named, nullable: choices.includes(null) };
  }
  const kind = more.length === 0 ? KINDS[`${only}`] : undefined;
  return kind ? { kind, choices: [], nullable } : json;
}

/** The JSON as an object; null if it is none, or has what the form would not show. */
export function values(text: string, form: readonly Entry[]): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return null;
    return Object.keys(value).every((key) => form.some(({ name }) => name === key)) ? value : null;
  } catch {
    return null;
  }
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
  if (typeof now !== 'object' && (typeof now === 'string' || kind !== 'json')) return `${now}`;
  const same = JSON.stringify(parsed(written)) === JSON.stringify(now);
  return same ? written : JSON.stringify(now, null, 2);
}

/** Whether what stands there cannot be what is wanted: the server would refuse it. */
export function isWrong(kind: Entry['kind'], now: unknown): boolean {
  return typeof now === 'string' && (kind === 'number' || kind === 'json');
}

function value(kind: Entry['kind'], written: string): unknown {
  if (kind === 'yes') return written === 'true';
  if (kind === 'json') return parsed(written);
  const number = Number(written);
  return kind === 'number' && written.trim() && Number.isFinite(number) ? number : written;
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
