/** The reasons that were chosen for a decision, and the words for colleagues that go with it. */
import { signal } from '@preact/signals';
import type { Typed } from './typed.ts';

export class Why {
  /** By hold; nothing there: nobody has chosen yet. */
  readonly chosen = signal<Readonly<Record<string, readonly string[]>>>({});

  constructor(private readonly typed: Typed) {}

  of(hold: string): readonly string[] {
    return this.chosen.value[hold] ?? [];
  }

  choose(hold: string, reasons: readonly string[]): void {
    this.chosen.value = { ...this.chosen.value, [hold]: reasons };
  }

  note(hold: string): string {
    return this.typed.of(`why:${hold}`)?.['note'] ?? '';
  }

  write(hold: string, note: string): void {
    this.typed.put(`why:${hold}`, { note });
  }

  /** It was decided: what was chosen and written belongs to that. */
  done(hold: string): void {
    const { [hold]: _, ...others } = this.chosen.value;
    this.chosen.value = others;
    this.typed.drop(`why:${hold}`);
  }
}
