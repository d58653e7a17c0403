import { again, begin } from '../shared/frame.tsx';
import './wall.css';
import './tiles.css';
import './tables.css';
import './chart.css';
import '../shared/rows.css';
import './acts.css';
import { onWall } from '../text/wall.ts';
import { Figures } from './figures.ts';
import { Page } from './page.tsx';

const EVERY = 2000;

const figures = new Figures({
  fetch: (path, init) => fetch(path, init),
  visible: () => document.visibilityState === 'visible',
});
await begin(<Page figures={figures} />, () => onWall.value.wall.title);
await figures.begin();
await again(() => figures.look(), EVERY);
