/** Puts data into the built page. */
import { DATA_ID, type Embedded, type Given, readEmbedded } from '../page/data.ts';

const PLACE = '<!--veritrace-data-->';

/** JSON inside a page must not end the element it is in. */
const escaped = (data: Embedded): string => JSON.stringify(data).replaceAll('<', '\\u003c');

/** The page with data inside. Throws when the page has no place for it. */
export const renderPage = (page: string, data: Embedded): string => {
  const at = page.indexOf(PLACE);
  if (at < 0) throw new Error('the built page has no place for data; build it again');
  return `${page.slice(0, at)}<script type="application/json" id="${DATA_ID}">${escaped(data)}</script>${page.slice(at + PLACE.length)}`;
};

/** What a page has inside; nothing of a page without data. */
export const embeddedIn = (page: string): Given =>
  readEmbedded(
    new RegExp(`<script type="application/json" id="${DATA_ID}">(.*?)</script>`, 's').exec(
      page,
    )?.[1],
  );
