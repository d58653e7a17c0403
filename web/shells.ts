/** Writes every page's HTML into the folder that is named: one shell, and a body where one is. */
import { preloads } from './preloads.ts';

interface Shell {
  readonly title: string;
  /** The folder of its script and styles. */
  readonly of: string;
  /** It brings a body of its own, with the widget in it. */
  readonly body?: string;
}

const PAGES: Readonly<Record<string, Shell>> = {
  index: { title: 'hitl-chat', of: 'console' },
  lane: { title: 'hitl-chat', of: 'lane' },
  people: { title: 'hitl-chat', of: 'people' },
  wall: { title: 'hitl-chat', of: 'wall' },
  shop: { title: 'Moss &amp; Lantern', of: 'shop', body: 'src/shop/body.html' },
  tour: { title: 'Both sides at once', of: 'tour', body: 'src/tour/body.html' },
};

const shell = ({ title, of, body }: Shell, inside: string, needs: readonly string[]) =>
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" type="image/svg+xml" href="/icon.svg">
    <link rel="stylesheet" href="/${of}/main.css">
${needs.map((path) => `    <link rel="modulepreload" href="${path}">\n`).join('')}\
${body ? '    <script type="module" src="/widget/hitl-chat.js"></script>\n' : ''}\
    <script type="module" src="/${of}/main.js"></script>
  </head>
  <body>
${inside.trimEnd()}
    <noscript>
      <p>This page needs JavaScript.</p>
      <p lang="de">Diese Seite braucht JavaScript.</p>
    </noscript>
  </body>
</html>
`;

const [folder] = Deno.args;
if (!folder) throw new Error('name the folder to write to: deno run shells.ts dist');
for (const [name, page] of Object.entries(PAGES)) {
  const inside = page.body
    ? await Deno.readTextFile(new URL(page.body, import.meta.url))
    : '    <div id="app"></div>';
  const needs = await preloads(folder, `/${page.of}/main.js`);
  await Deno.writeTextFile(`${folder}/${name}.html`, shell(page, inside, needs));
}
