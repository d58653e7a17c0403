/** The way from page to page: on every page the same ones in the same order, as far as one may. */
import { say } from '../text/say.ts';

export type Page = 'console' | 'lane' | 'wall' | 'people';

/** Where each is, and what one must be allowed to do there. */
const PAGES = [
  { name: 'console', address: '/console/', needs: 'read' },
  { name: 'lane', address: '/lane', needs: 'read' },
  { name: 'wall', address: '/wall', needs: 'colleagues' },
  { name: 'people', address: '/console/people', needs: '' },
] as const;

export function Pages({ here, may }: { here: Page; may: readonly string[] }) {
  const { header } = say.value;
  return (
    <nav class='pages' aria-label={header.pages}>
      {PAGES.filter(({ needs }) => !needs || may.includes(needs)).map(({ name, address }) => (
        name === here
          ? <span key={name} class='button plain' aria-current='page'>{header[name]}</span>
          : <a key={name} class='button plain' href={address}>{header[name]}</a>
      ))}
    </nav>
  );
}
