/** Prints what only the English catalogues say, as JSON: tests look for it on pages in German. */

const FOLDER = new URL('./src/text/', import.meta.url);
const GAP = '\u0000';

/** Every text in a catalogue; of those made for a name or a number, what is around it. */
function* texts(part: unknown): Generator<string> {
  if (typeof part === 'string') yield part;
  else if (typeof part === 'function') yield* String(part(GAP, GAP, GAP)).split(GAP);
  else for (const each of Object.values(part as object)) yield* texts(each);
}

async function said(language: 'en' | 'de'): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!new RegExp(`(?:^|_)${language}\\.ts$`).test(name)) continue;
    for (const text of texts(await import(new URL(name, FOLDER).href))) found.add(text.trim());
  }
  return found;
}

const [english, german] = [await said('en'), await said('de')];
await Deno.stdout.write(
  new TextEncoder().encode(JSON.stringify([...english.difference(german)].filter(Boolean))),
);
