/** Where in the page one is, as the part of the address behind `#`: links to a request, a block, an actor, a dispute. */

export const VIEWS = ['run', 'dispute', 'model', 'bench', 'network'] as const;
export type View = (typeof VIEWS)[number];

export type Route =
  | { view: 'run'; focus: { kind: 'block' | 'actor' | 'request'; value: string } | undefined }
  | { view: 'dispute'; index: number }
  | { view: 'model'; name: string | undefined }
  | { view: 'bench' }
  | { view: 'network' };

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** The place that an address names; the run where it names none. */
export const parseRoute = (hash: string): Route => {
  const [view = '', ...rest] = hash.replace(/^#?\/?/, '').split('/');
  const value = decoded(rest.join('/'));
  switch (view) {
    case 'request':
    case 'block':
    case 'actor':
      return { view: 'run', focus: value === '' ? undefined : { kind: view, value } };
    case 'dispute':
      return { view: 'dispute', index: /^\d+$/.test(value) ? Number(value) : 0 };
    case 'model':
      return { view: 'model', name: value === '' ? undefined : value };
    case 'bench':
    case 'network':
      return { view };
    default:
      return { view: 'run', focus: undefined };
  }
};

/** The address of a place. */
export const hrefOf = (route: Route): string => {
  switch (route.view) {
    case 'run':
      return route.focus === undefined
        ? '#/run'
        : `#/${route.focus.kind}/${encodeURIComponent(route.focus.value)}`;
    case 'dispute':
      return `#/dispute/${route.index}`;
    case 'model':
      return route.name === undefined ? '#/model' : `#/model/${encodeURIComponent(route.name)}`;
    case 'bench':
    case 'network':
      return `#/${route.view}`;
  }
};

export const requestHref = (name: string): string =>
  hrefOf({ view: 'run', focus: { kind: 'request', value: name } });
export const actorHref = (name: string): string =>
  hrefOf({ view: 'run', focus: { kind: 'actor', value: name } });
export const blockHref = (number: number): string =>
  hrefOf({ view: 'run', focus: { kind: 'block', value: String(number) } });
