/** The package's types are written by hand; the compiler compares them with what they describe. */
import type * as said from '../npm/index.d.ts';
import type * as element from '../npm/element.d.ts';
import * as real from './client.ts';
import { HitlChat } from './hitl-chat.ts';

type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : never : never;

Deno.test('what the package says of itself is so', () => {
  const same: [
    Same<said.Options, real.Options>,
    Same<said.Talk, real.Talk>,
    Same<said.Line, real.Line>,
    Same<said.Kept, real.Kept>,
    Same<said.Grant, real.Grant>,
  ] = [true, true, true, true, true];
  const chat: new (options: said.Options) => said.Chat = real.Chat;
  const history: typeof said.history = real.history;
  const problem: new (message: string, status?: number) => said.Problem = real.Problem;
  const tag: new () => element.HitlChat = HitlChat; // here there is no window, and it is there
  if (!tag || !same.every(Boolean) || !chat || !history || !problem) throw new Error('they differ');
});
