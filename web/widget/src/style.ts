/** The widget's looks. Constructed, so that a page's Security Policy needs no exception for it. */

export const STYLE = `
:host { --_page: var(--hitl-page, light-dark(#ffffff, #181b1f));
  --_bot: var(--hitl-bot, light-dark(#eef0f3, #262b31));
  --_agent: var(--hitl-agent, light-dark(#e2f0e4, #1d3223));
  --_ink: var(--hitl-ink, light-dark(#14181d, #e9ecf0));
  --_quiet: var(--hitl-quiet, light-dark(#545d69, #a7b0bc));
  --_line: light-dark(#dde1e7, #343a42); --_edge: light-dark(#878f9b, #6b7480);
  --_accent: var(--hitl-accent, light-dark(#1d5fc4, #84b4ff));
  --_fill: var(--hitl-fill, light-dark(#1d5fc4, #2c69c9)); --_warn: light-dark(#8a4b00, #f2b65a);
  display: block; }
:host([hidden]), [hidden] { display: none !important; }
*, ::before { box-sizing: border-box; }
p { margin: 0; }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; min-block-size: 24px; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
svg { inline-size: 1.1em; block-size: 1.1em; fill: currentColor; display: block; }
.chat { all: initial; color-scheme: inherit; font: var(--hitl-font, 16px/1.5 system-ui, sans-serif);
  color: var(--_ink); display: grid; grid-template-rows: auto 1fr auto auto; block-size: 100%;
  min-block-size: 20rem; overflow: hidden; background: var(--_page); }
header { display: flex; align-items: center; gap: .75rem; padding: .75rem 1.1rem;
  border-block-end: 1px solid var(--_line); }
header h2 { margin: 0; font-size: 1rem; line-height: 1.3; }
header p, .disclosure, .note, .name, .said.notice, .status, .rating { font-size: .85rem;
  color: var(--_quiet); }
header > div { flex: 1; min-inline-size: 0; }
.close { border: 0; background: none; padding: 0 .5rem; border-radius: 6px; font-size: 1.5rem; }
.scroll { overflow-y: auto; padding: 1.1rem; display: flex; flex-direction: column; gap: .6rem; }
[role='log'] { display: flex; flex-direction: column; gap: .6rem; }
[role='log']:empty { display: none; }
.said, .hello { max-inline-size: 85%; align-self: start; }
.said .words, .hello { display: block; inline-size: fit-content; padding: .55rem .85rem;
  border-radius: 16px; border-end-start-radius: 4px; background: var(--_bot);
  white-space: pre-wrap; overflow-wrap: anywhere; }
.said.person .words { background: var(--_agent); }
.said.customer { align-self: end; }
.said.customer .words { color: #fff; background: var(--_fill); border-end-start-radius: 16px;
  border-end-end-radius: 4px; }
.said.notice { align-self: center; text-align: center; }
.said.notice .words { background: none; padding: .1rem .6rem; }
.name { font-weight: 650; }
.name, .note { padding-inline: .3rem; }
.note::before { content: '✓ '; }
.rating { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem;
  margin-block-start: .15rem; }
.rating button { border: 0; background: none; padding: .2rem .4rem; border-radius: 6px;
  color: var(--_quiet); }
.rating button:hover { color: var(--_ink); background: var(--_bot); }
.rating button[aria-pressed='true'] { color: var(--_accent); background: var(--_bot); }
.thumb + .thumb svg { rotate: .5turn; }
.rating .wrong { text-decoration: underline; text-underline-offset: .2em; }
.rating .report { display: flex; flex: 1; gap: .25rem; }
.rating .trouble { flex-basis: 100%; color: var(--_warn); }
.rating .trouble:empty { display: none; }
.rating input { flex: 1; min-inline-size: 8rem; padding: .3rem .6rem;
  border: 1px solid var(--_edge); border-radius: 8px; background: var(--_page);
  color: var(--_ink); }
.status { display: flex; align-items: center; gap: .6rem; min-block-size: 1.4rem; }
.status.held, .status.offline { color: var(--_warn); }
.dots { flex: none; inline-size: 26px; block-size: 7px;
  background: radial-gradient(circle, currentColor 3px, transparent 3.5px) 0 / 9px 7px;
  animation: breathe 1.2s infinite alternate; }
@keyframes breathe { from { opacity: .25; } }
.ask { display: flex; gap: .5rem; align-items: end; padding: .75rem 1.1rem .4rem;
  border-block-start: 1px solid var(--_line); }
.ask textarea { flex: 1; min-inline-size: 0; min-block-size: 44px; max-block-size: 9rem;
  field-sizing: content; resize: none; padding: .55rem .9rem; border: 1px solid var(--_edge);
  border-radius: 22px; background: var(--_page); }
.ask textarea::placeholder, .rating input::placeholder { color: var(--_quiet); opacity: 1; }
.send { min-block-size: 44px; padding-inline: 1.1rem; border: 0; border-radius: 22px; color: #fff;
  background: var(--_fill); }
.disclosure { padding: .1rem 1.1rem .75rem; text-align: center; }
.disclosure button, .notice button { border: 0; background: none; padding: 0 .2rem;
  color: var(--_accent); text-decoration: underline; text-underline-offset: .2em; }
:host([floating]) { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem;
  z-index: 2147483000; }
.launcher { position: relative; display: grid; place-items: center; inline-size: 56px;
  block-size: 56px; margin-inline-start: auto; border: 0; border-radius: 50%; color: #fff;
  background: var(--_fill); box-shadow: 0 4px 16px #0004; }
.news::after { content: ''; position: absolute; inset-block-start: 0; inset-inline-end: 0;
  inline-size: 16px; block-size: 16px; border: 2px solid #fff; border-radius: 50%;
  background: #c62f2f; }
.launcher svg { inline-size: 26px; block-size: 26px; }
:host([floating]) .chat { inline-size: min(24rem, calc(100vw - 2rem));
  block-size: min(38rem, calc(100dvh - 6rem)); margin-block-end: .75rem;
  border: 1px solid var(--_line); border-radius: 16px; box-shadow: 0 8px 40px #0003; }
:host(:not([floating])) .close { display: none; }
@media (max-width: 30rem) {
  :host([floating]) .chat { position: fixed; inset: 0; inline-size: auto; block-size: auto;
    margin: 0; border: 0; border-radius: 0; }
  :host([floating]) .chat:not([hidden]) + .launcher { display: none; }
}
@media (prefers-reduced-motion: reduce) { .dots { animation: none; } }
`;
