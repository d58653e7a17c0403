/**
 * Takes out of a built script the spaces in its styles that mean nothing. No line ends earlier or
 * later than it did, and none with code in it changes: its source map stays true.
 */
const BEGINS = '`\n:host {';
const [path] = Deno.args;
if (!path) throw new Error('name the script: deno run squeeze.ts dist/widget/hitl-chat.js');

const script = await Deno.readTextFile(path);
const from = script.indexOf(BEGINS);
if (from < 0) throw new Error(`${path}: no styles begin with ${BEGINS}; style.ts has to`);
const to = script.indexOf('`', from + 1);
const styles = script.slice(from, to)
  .replace(/^ +/gm, '')
  .replace(/ *([{};,]) */g, '$1')
  .replace(/([a-z]): /g, '$1:')
  .replace(/;}/g, '}');
await Deno.writeTextFile(path, script.slice(0, from) + styles + script.slice(to));
