/**
 * How a call sounds and looks: two tones made by the browser, a notification, a number on the icon.
 * Says rules and numbers, never what customers wrote: notifications stay on lock screens.
 */
import type { Occasion } from './wishes.ts';

/** Hertz, one tone after the other; urgent ones rise. */
const TONES: Record<Occasion, readonly number[]> = {
  mine: [659, 880],
  hurry: [880, 880, 880],
  high: [587, 784],
  usual: [587],
};
const LENGTH = 0.16;
const LOUD = 0.18;

export class Bell {
  #audio: AudioContext | null = null;
  readonly #shown = new Map<string, Notification>();

  /** Browsers make a sound only after somebody did something with the page. */
  wake(): void {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === 'suspended') void this.#audio.resume();
  }

  ring(occasion: Occasion): void {
    const audio = this.#audio;
    if (!audio) return;
    TONES[occasion].forEach((hertz, at) => tone(audio, hertz, audio.currentTime + at * LENGTH));
  }

  /** Whether notices can be shown: 'default' is not asked yet. */
  permission(): NotificationPermission | 'missing' {
    return 'Notification' in globalThis ? Notification.permission : 'missing';
  }

  async ask(): Promise<NotificationPermission | 'missing'> {
    return this.permission() === 'default'
      ? await Notification.requestPermission()
      : this.permission();
  }

  show(name: string, title: string, body: string, open: () => void): void {
    if (this.permission() !== 'granted') return;
    try {
      const shown = new Notification(title, { body, tag: name, icon: '/icon.svg', silent: true });
      this.#shown.set(name, shown);
      shown.onclose = () => this.#shown.delete(name);
      shown.onclick = () => {
        focus();
        open();
        shown.close();
      };
    } catch { /* browsers of phones have no notifications of a page; the sound is left */ }
  }

  /** What is not true any more is taken away. */
  keep(names: () => ReadonlySet<string>): void {
    if (this.#shown.size === 0) return;
    const still = names();
    for (const [name, shown] of this.#shown) if (!still.has(name)) shown.close();
  }

  count(waiting: number): void {
    void navigator.setAppBadge?.(waiting).catch(() => {}); // refused where the page is no app
  }
}

/** A page has one. */
export const bell = new Bell();

function tone(audio: AudioContext, hertz: number, at: number): void {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.015);
  volume.gain.linearRampToValueAtTime(0, at + LENGTH * 0.9);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + LENGTH);
}
