import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, type Route } from './route.ts';

const name = fc.string({ minLength: 1 });

const route: fc.Arbitrary<Route> = fc.oneof(
  fc.constant<Route>({ view: 'run', focus: undefined }),
  fc
    .record({ kind: fc.constantFrom('block', 'actor', 'request'), value: name })
    .map((focus): Route => ({ view: 'run', focus })),
  fc.nat().map((index): Route => ({ view: 'dispute', index })),
  name.map((model): Route => ({ view: 'model', name: model })),
  fc.constantFrom<Route>({ view: 'bench' }, { view: 'network' }),
);

describe('addresses', () => {
  it('lead back to where they are of, whatever things are called', () => {
    fc.assert(
      fc.property(route, (place) => {
        expect(parseRoute(hrefOf(place))).toEqual(place);
      }),
    );
  });

  it('lead to the run when they are of nothing', () => {
    for (const hash of ['', '#', '#/nowhere', '#/request/', '%']) {
      expect(parseRoute(hash)).toEqual({ view: 'run', focus: undefined });
    }
    expect(parseRoute('#/request/%E0%A4%A')).toMatchObject({ focus: { value: '%E0%A4%A' } });
  });
});
