import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownEndpoint } from './shown-endpoint.ts';

describe('an endpoint that is shown', () => {
  it.each([
    ['ws://127.0.0.1:9944', 'ws://127.0.0.1:9944'],
    ['wss://node.example/rpc', 'wss://node.example/rpc'],
    ['wss://name:word@node.example/rpc', 'wss://…@node.example/rpc'],
    ['https://name:word@node.example/rpc', 'https://…@node.example/rpc'],
    ['wss://node.example/rpc?key=word', 'wss://node.example/rpc?…'],
    ['wss://a@b:word@node.example', 'wss://…@node.example'],
    ['wss://node.example#word', 'wss://node.example#…'],
  ])('has %s as %s', (endpoint, shown) => {
    expect(shownEndpoint(endpoint)).toBe(shown);
  });

  it('never has a password or a token', () => {
    const word = fc.stringMatching(/^[a-z0-9]{8,16}$/);
    fc.assert(
      fc.property(word, word, (password, token) => {
        const shown = shownEndpoint(`wss://user:${password}@host.example/p?t=${token}&${token}`);
        expect(shown).not.toContain(password);
        expect(shown).not.toContain(token);
      }),
    );
  });
});
