/** A form for JSON: what a schema of plain fields looks like to people. Anything else stays text. */

export interface Entry {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'yes' | 'choice';
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly says: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The entries of a form for this schema; null where a form cannot show all of it. */
export function entries(schema: unknown): Entry[] | null {
  if (!isObject(schema) || !isObject(schema['properties'])) return null;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const found = Object.entries(schema['properties']).map(([name, about]) =>
    entry(name, about, required.includes(name))
  );
  return found.length > 0 && found.every((one) => one !== null) ? found : null;
}

function entry(name: string, about: unknown, required: boolean): Entry | null {
  if (!isObject(about)) return null;
  const says = typeof about['description'] === 'string' ? about['description'] : '';
  const made = (kind: Entry['kind'], choices: readonly string[] = []) => ({
    name,
    kind,
    choices,
    required,
    says,
  });
  if (Array.isArray(about['enum'])) {
    return about['enum'].every((one) => typeof one === 'string')
      ? made('choice', about['enum'])
      : null;
  }
  switch (about['type']) {
    case 'string':
      return made('text');
    case 'number':
    case 'integer':
      return made('number');
    case 'boolean':
      return made('yes');
    default:
      return null;
  }
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
export function changed(now: Json, { name, kind, required }: Entry, written: string): string {
  const { [name]: _, ...others } = now;
  if (written === '' && !required) return JSON.stringify(others);
  return JSON.stringify({ ...now, [name]: value(kind, written) });
}

function value(kind: Entry['kind'], written: string): unknown {
  if (kind === 'yes') return written === 'true';
  const number = Number(written);
  return kind === 'number' && written.trim() && Number.isFinite(number) ? number : written;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
