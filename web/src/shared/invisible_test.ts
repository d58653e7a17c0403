import { deepEqual, equal } from 'node:assert/strict';
import { pieces } from './invisible.ts';

/** The text as a person sees it: chips in brackets. */
function seen(text: string): string {
  return pieces(text)
    .map((piece) =>
      piece.kind === 'text'
        ? piece.text
        : piece.kind === 'hidden'
        ? `[${piece.label}]`
        : `[${piece.text} ${piece.label}]`
    )
    .join('');
}

Deno.test('ordinary text stays as it is, in every script', () => {
  for (
    const text of [
      'Tumble dry at 30 °C.\nTwice,\tplease.',
      'Über 9 Monate, «Spatz»',
      'Это безопасно',
      'مرحبا بك',
      'ありがとう 🎉 ❤️ 👩‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣',
      'non\u00a0breaking',
      '',
    ]
  ) {
    equal(seen(text), text);
  }
});

Deno.test('characters nobody sees become chips', () => {
  equal(seen('Ig\u200bnore'), 'Ig[U+200B]nore');
  equal(seen('a\u202eb\u2066c\ufeffd'), 'a[U+202E]b[U+2066]c[U+FEFF]d');
  equal(
    seen('\u2800\u202f\u00ad\u3164\ufe0f\u0000\u2028'),
    '[U+2800][U+202F][U+00AD][U+3164][U+FE0F][U+0000][U+2028]',
  );
});

Deno.test('inside a word they are chips as well', () => {
  equal(seen('v\ufe0fs a\u3164b n\u034fa'), 'v[U+FE0F]s a[U+3164]b n[U+034F]a');
  equal(seen('cafe\u0301'), 'cafe\u0301');
});

Deno.test('tag characters that spell a hidden sentence are chips too', () => {
  equal(seen('Hi\u{e0041}\u{e0042}'), 'Hi[U+E0041][U+E0042]');
});

Deno.test('a joiner that joins no emoji is a chip', () => {
  equal(seen('pass\u200dword'), 'pass[U+200D]word');
});

Deno.test('thousands of hidden characters do not flood the page', () => {
  equal(seen(`a${'\u200b'.repeat(100_000)}b`), 'a[U+200B ×100000]b');
  const many = Array.from({ length: 95 }, (_, at) => String.fromCodePoint(0xe0020 + at)).join('');
  deepEqual(pieces(many).length, 13);
  equal(pieces(many).at(-1)?.kind === 'hidden' && seen(many).endsWith('[+83 hidden]'), true);
});

Deno.test('nor do thousands of them that stand apart', () => {
  const many = pieces('p\u0430y \u200b'.repeat(40_000));
  equal(many.length < 1100, true);
  const last = many.at(-1)?.kind === 'text' ? seen('p\u0430y \u200b'.repeat(40_000)) : '';
  equal(last.endsWith('p\u25a1y \u25a1p\u25a1y \u25a1'), true);
  equal(/\[\+\d{5} hidden\]/.test(last), true);
  equal(last.includes('\u200b'), false);
});

Deno.test('letters that pretend to be Latin are pointed out', () => {
  equal(seen('p\u0430ypal'), 'p[\u0430 U+0430]ypal');
  equal(
    seen('You \u0440\u0430\u0443 now'),
    'You [\u0440 U+0440][\u0430 U+0430][\u0443 U+0443] now',
  );
  equal(
    seen('by \u039d\u0391\u03a4\u039f'),
    'by [\u039d U+039D][\u0391 U+0391][\u03a4 U+03A4][\u039f U+039F]',
  );
});

Deno.test('a part is judged as part of its text', () => {
  const word = '\u0440\u0430\u0443';
  equal(pieces(word, `You ${word} now`).length, 3);
  equal(pieces(word).length, 1);
});

Deno.test('letters of a text that is written in them are not', () => {
  equal(seen('der Ελλάδα-Urlaub'), 'der Ελλάδα-Urlaub');
  equal(
    seen('iPhone \u043d\u0430 \u043f\u043e\u043a\u0430\u0437'),
    'iPhone \u043d\u0430 \u043f\u043e\u043a\u0430\u0437',
  );
  equal(seen('\u0430 \u043e \u0441'), '\u0430 \u043e \u0441');
  equal(seen('5 Ω, α = 2'), '5 Ω, α = 2');
});
