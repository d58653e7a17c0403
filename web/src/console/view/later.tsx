import { signal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { say } from '../../text/say.ts';

/** A view whose code comes after the first page is there; `fetched` asks for it before it is shown. */
export interface Later<Props> {
  (props: Props): JSX.Element;
  readonly fetched: () => Promise<void>;
}

type State<Props> = 'wanted' | 'coming' | 'lost' | { readonly Found: FunctionComponent<Props> };

/** What cannot be fetched now is tried again when it is wanted, and says so meanwhile. */
export function later<Props extends object>(
  get: () => Promise<FunctionComponent<Props>>,
  sheet: string,
): Later<Props> {
  const state = signal<State<Props>>('wanted');
  const fetched = async () => {
    if (state.value !== 'wanted') return;
    state.value = 'coming';
    try {
      const [Found] = await Promise.all([get(), styled(sheet)]);
      state.value = { Found };
    } catch {
      state.value = 'lost'; // offline, or the server has another version of this page by now
    }
  };
  const Shown = (props: Props) => {
    const now = state.value;
    if (typeof now === 'object') return <now.Found {...props} />;
    if (now === 'wanted') void fetched();
    return (
      <main class='empty' aria-busy={now !== 'lost'}>
        {now === 'lost'
          ? <Lost again={() => (state.value = 'wanted')} />
          : <p>{say.value.app.loading}</p>}
      </main>
    );
  };
  return Object.assign(Shown, { fetched });
}

const sheets = new Map<string, Promise<void>>();

/** A view is not shown before its style sheet is there. */
function styled(sheet: string): Promise<void> {
  const known = sheets.get(sheet);
  if (known) return known;
  const coming = new Promise<void>((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = sheet;
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      sheets.delete(sheet);
      failed(new Error(`${sheet} cannot be loaded`));
    };
    document.head.append(link);
  });
  sheets.set(sheet, coming);
  return coming;
}

function Lost({ again }: { again: () => void }) {
  const { app } = say.value;
  return (
    <>
      <p>{app.older}</p>
      <p>
        <button type='button' class='button' onClick={again}>{app.again}</button>{' '}
        <button type='button' class='button main' onClick={() => location.reload()}>
          {app.reload}
        </button>
      </p>
    </>
  );
}
