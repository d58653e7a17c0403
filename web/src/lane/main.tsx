import { again, begin } from '../shared/frame.tsx';
import { patient } from '../shared/shelf.ts';
import './lane.css';
import { KEYS } from './keys.ts';
import { onLane } from '../text/lane.ts';
import { Lane } from './model.ts';
import { Page } from './page.tsx';

const EVERY = 4000;

const lane = new Lane({
  fetch: (path, init) => fetch(path, init),
  visible: () => document.visibilityState === 'visible',
  kept: patient(() => localStorage),
});
lane.keys.learn(KEYS);
addEventListener('storage', (event) => lane.keys.elsewhere(event));
await begin(<Page lane={lane} />, () => onLane.value.title);
await lane.begin();
await again(() => lane.look(), EVERY);
