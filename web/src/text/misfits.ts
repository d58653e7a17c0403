/** How what was written does not fit what a program asked for, in words; by the schema's keyword. */
import { catalogue } from './languages.ts';

export interface Misfits {
  /** The words for it about a field. */
  readonly of: (field: string, what: string) => string;
  readonly required: string;
  readonly enum: string;
  readonly types: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, (wanted: string) => string>>;
  readonly other: string;
}

const en: Misfits = {
  of: (field, what) => `“${field}”: ${what}`,
  required: 'This is needed.',
  enum: 'Choose one of what is offered.',
  types: {
    integer: 'This must be a whole number.',
    number: 'This must be a number.',
    boolean: 'This must be yes or no.',
    string: 'This must be text.',
    array: 'This must be a list: [ … ].',
    object: 'This must have fields: { … }.',
  },
  limits: {
    maximum: (wanted) => `This must be at most ${wanted}.`,
    minimum: (wanted) => `This must be at least ${wanted}.`,
    exclusiveMaximum: (wanted) => `This must be less than ${wanted}.`,
    exclusiveMinimum: (wanted) => `This must be more than ${wanted}.`,
    maxLength: (wanted) => `This is too long: at most ${wanted} characters.`,
    minLength: (wanted) => `This is too short: at least ${wanted} characters.`,
    maxItems: (wanted) => `These are too many: at most ${wanted}.`,
    minItems: (wanted) => `These are too few: at least ${wanted}.`,
  },
  other: 'This does not fit what was asked for.',
};

export const onMisfits = catalogue<Misfits>(en, {
  de: async () => (await import('./misfits_de.ts')).de,
});
