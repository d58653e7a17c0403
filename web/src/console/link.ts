/**
 * The one connection to the server: opened with a fresh ticket, told what is followed and how far it
 * was seen, opened again when it breaks. Knows frames, and nothing of holds.
 */
import type { AnyInbound, AnyOutbound } from '../shared/protocol.gen.ts';
import type { Standing } from '../shared/standing.ts';

export type { Standing };

/** As much of a WebSocket as is used here. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface Surroundings {
  /** A new ticket; null when nobody is signed in any more. Throws while the server is away. */
  ticket(): Promise<string | null>;
  open(): Socket;
  later(seconds: number, what: () => void): void;
  chance(): number;
  hello(ticket: string): AnyInbound;
  heard(frame: AnyOutbound): void;
  stands(standing: Standing): void;
}

/** After these nobody knocks again. */
const OVER: Readonly<Record<number, Standing>> = {
  4401: 'signed_out',
  4403: 'not_allowed',
  4429: 'crowded',
};
const LONGEST = 15;
/** The server pings every 20 seconds: without a word for this long, nobody is there. */
export const SILENCE = 45;

export class Link {
  #socket: Socket | null = null;
  #failures = 0;
  #words = 0;
  #waits = false;

  constructor(private readonly around: Surroundings) {}

  async connect(): Promise<void> {
    this.#waits = false;
    if (this.#socket) return;
    this.around.stands(this.#failures > 0 ? 'lost' : 'connecting');
    let ticket: string | null;
    try {
      ticket = await this.around.ticket();
    } catch {
      return this.#again();
    }
    if (ticket === null) return this.around.stands('signed_out');
    this.#follow(this.around.open(), ticket);
  }

  /** Whether it was sent: what was not must wait until `live`. */
  send(frame: AnyInbound): boolean {
    if (!this.#socket || this.#failures > 0) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network is back, or the page is looked at again: no need to wait longer. */
  hurry(): void {
    if (this.#waits) void this.connect();
  }

  /** From the beginning, over another connection. */
  anew(): void {
    this.#socket?.close();
    if (this.#socket) this.#closed(this.#socket, 0);
  }

  #follow(socket: Socket, ticket: string): void {
    this.#socket = socket;
    this.#failures++; // until the welcome
    socket.onmessage = ({ data }) => this.#hear(socket, JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(socket, code);
    socket.onopen = () => socket.send(JSON.stringify(this.around.hello(ticket)));
    this.#watch(socket, this.#words);
  }

  #hear(socket: Socket, frame: AnyOutbound): void {
    if (socket !== this.#socket) return;
    this.#words++;
    if (frame.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
    if (frame.type === 'welcome') this.#failures = 0;
    this.around.heard(frame);
    if (frame.type === 'welcome') this.around.stands('live');
  }

  #closed(socket: Socket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    const over = OVER[code];
    if (over) return this.around.stands(over);
    this.#failures = Math.max(1, this.#failures);
    this.#again();
  }

  /** Everybody whose connection broke at once comes back at another moment. */
  #again(): void {
    this.around.stands('lost');
    this.#waits = true;
    const most = Math.min(LONGEST, 0.5 * 2 ** this.#failures);
    this.#failures++;
    this.around.later(most * (0.5 + this.around.chance() / 2), () => {
      if (this.#waits) void this.connect();
    });
  }

  #watch(socket: Socket, words: number): void {
    this.around.later(SILENCE, () => {
      if (socket !== this.#socket) return;
      if (words !== this.#words) return this.#watch(socket, this.#words);
      this.anew();
    });
  }
}
