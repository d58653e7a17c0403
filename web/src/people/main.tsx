import { again, begin } from '../shared/frame.tsx';
import './people.css';
import '../shared/rows.css';
import { onPeople } from '../text/people.ts';
import { Model } from './model.ts';
import { Page } from './page.tsx';

const EVERY = 5000;

const model = new Model((address, init) => fetch(address, init));
await begin(<Page model={model} />, () => onPeople.value.title);
await model.again();
await again(
  async () => document.visibilityState === 'visible' ? await model.again() : undefined,
  EVERY,
);
