/** Views as the server sends them, for tests. */
import type {
  Card,
  ConversationView,
  HoldView,
  MessageView,
  NewsFrame,
  PersonView,
} from '../shared/protocol.gen.ts';

export const ANA: PersonView = { id: 'ana', name: 'Ana', away: false, supervisor: false };

export function hold(id: string, more: Partial<HoldView> = {}): HoldView {
  return {
    id,
    tenant: 'shop',
    conversation: 'conv_1',
    turn: 'turn_1',
    state: 'open',
    version: 1,
    fence: 0,
    opened_at: 1000,
    deadline_at: 1120,
    requeued: false,
    customer_left: false,
    last_band: false,
    weight: 1,
    rules: ['refunds'],
    impact: 'low',
    route: '',
    skills: [],
    languages: [],
    reasons: [],
    draft_state: 'whole',
    outstanding: [],
    obstacles: {},
    because: ['fine as it is', 'number changed', 'promise removed', 'tone'],
    needs_second: [],
    asked: [],
    escalated_by: null,
    declined_by: null,
    delivery: 'none',
    claimed_by: null,
    proposal: null,
    decision: null,
    ...more,
  };
}

export function card(id: string, pending: string, more: Partial<HoldView> = {}): Card {
  return {
    hold: hold(id, more),
    sent: {},
    pending: { '0/content': pending },
    draft_sha256: 'sha',
    customer_text: 'May I?',
    model: 'wick-1',
    criteria: [],
    messages: [],
    proposed: {},
    proposed_sha256: '',
    schemas: {},
    notes: [],
    opinions: [],
    findings: [],
    history: {},
    background: { blind: false, revealed: [], customer: {}, earlier: [], trail: [], past: [] },
    put_back: ['not my field', 'not my language', 'other'],
  };
}

export function conversation(id: string, more: Partial<ConversationView> = {}): ConversationView {
  return {
    id,
    tenant: 'shop',
    human: true,
    epoch: 1,
    owner: { id: 'ana', name: 'Ana' },
    unattended: false,
    away: false,
    ...more,
  };
}

export function message(id: string, seq: number, text = id): MessageView {
  return { id, seq, author: 'customer', name: '', text, at: 1000 + seq, delivered: true };
}

export function news(stream: string, seq: number, more: Partial<NewsFrame> = {}): NewsFrame {
  return {
    type: 'news',
    stream,
    seq,
    event: 'test',
    at: 1000,
    hold: null,
    conversation: null,
    messages: [],
    notes: [],
    call: null,
    ...more,
  };
}
