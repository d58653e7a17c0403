/** German: how what was written does not fit what a program asked for. */
import type { Misfits } from './misfits.ts';

export const de: Misfits = {
  of: (field, what) => `„${field}“: ${what}`,
  required: 'Das wird gebraucht.',
  enum: 'Wähle eines von denen, die zur Wahl stehen.',
  types: {
    integer: 'Das muss eine ganze Zahl sein.',
    number: 'Das muss eine Zahl sein.',
    boolean: 'Das muss ja oder nein sein.',
    string: 'Das muss ein Text sein.',
    array: 'Das muss eine Liste sein: [ … ].',
    object: 'Das muss Felder haben: { … }.',
  },
  limits: {
    maximum: (wanted) => `Das darf höchstens ${wanted} sein.`,
    minimum: (wanted) => `Das muss mindestens ${wanted} sein.`,
    exclusiveMaximum: (wanted) => `Das muss weniger als ${wanted} sein.`,
    exclusiveMinimum: (wanted) => `Das muss mehr als ${wanted} sein.`,
    maxLength: (wanted) => `Das ist zu lang: höchstens ${wanted} Zeichen.`,
    minLength: (wanted) => `Das ist zu kurz: mindestens ${wanted} Zeichen.`,
    maxItems: (wanted) => `Das sind zu viele: höchstens ${wanted}.`,
    minItems: (wanted) => `Das sind zu wenige: mindestens ${wanted}.`,
  },
  other: 'Das passt nicht zu dem, was verlangt ist.',
};
