/**
 * What a page's script imports at once, so that the page can ask for all of it together: otherwise
 * a browser finds each file only in the one before. What is imported by a call comes later.
 */

/** As the bundler writes them: `import"./a.js"`, `import{x as y}from"./a.js"`. */
const STATIC = /(?:^|[;}])import(?:[^"'()]*?from)?["'](\.[^"']+)["']/g;

/** Addresses of the scripts that `main` needs besides itself, in a folder that was built. */
export async function preloads(folder: string, main: string): Promise<string[]> {
  const base = new URL('https://site.invalid/');
  const wanted = [new URL(main, base).pathname];
  const found = new Set<string>();
  for (let path = wanted.pop(); path; path = wanted.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const text = await Deno.readTextFile(folder + path);
    for (const [, name = ''] of text.matchAll(STATIC)) {
      wanted.push(new URL(name, new URL(path, base)).pathname);
    }
  }
  return [...found].slice(1).sort();
}
