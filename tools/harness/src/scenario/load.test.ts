import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemsOf, replaced } from '../testing/declared.ts';
import { loadScenario, parseScenario } from './load.ts';

const good = `name: small
description: One worker, one question.
actors:
  authors: { ann: {} }
  users: { bob: { balance: 12.5 } }
  workers:
    ada: { serves: [digits], behaviour: { kind: wrong-node, node: 1 } }
models:
  digits: { dir: models/digits, author: ann, price: 2 }
steps:
  - do: request
    as: first
    user: bob
    model: digits
    input: seven.png
  - { do: await, request: first, state: settled }
expect:
  - { that: paid, who: ada, is: 1.7 }
`;

const problems = (text: string, file = 'small.yaml'): string[] =>
  problemsOf(() => parseScenario(text, file));

const change = (from: string | RegExp, to: string): string => replaced(good, from, to);

describe('parseScenario', { timeout: 30_000 }, () => {
  it('reads a scenario and fills defaults in', () => {
    const scenario = parseScenario(good, 'scenarios/small.yaml');
    expect(scenario.network).toEqual({ preset: 'development', genesis: {} });
    expect(scenario.actors.workers.ada).toEqual({
      balance: 1000,
      stake: 500,
      minPrice: 0,
      serves: ['digits'],
      later: false,
      behaviour: { kind: 'wrong-node', node: 1, probability: 1 },
    });
    expect(scenario.actors.users.bob?.behaviour).toEqual({ kind: 'honest' });
    expect(scenario.steps[0]).toMatchObject({ redundancy: 1, skipOn: [], expect: {} });
  });

  it.each<[string, string | RegExp, string, string]>([
    [
      'an unknown key',
      'serves:',
      'srves:',
      '7:12: unknown key "srves" in actors.workers.ada; did you mean "serves"? (allowed: balance, stake, minPrice, serves, node, later, behaviour)',
    ],
    [
      'an unknown step',
      'do: await',
      'do: awiat',
      '16:11: "awiat" is not allowed for steps[1].do; did you mean "await"? (allowed: register-model, set-terms, set-latest, deprecate-model, remove-model, offer-family, accept-family, join, serve, leave, stop, restart, request, cancel, demand-output, get-output, advance, await, await-event, crowd, censor, await-finality, kill-node, start-node, pause-node, resume-node, isolate-node, rejoin-node, twin, flood, check-absent, check-behind, check-stalled)',
    ],
    [
      'an unknown bare behaviour',
      '{ kind: wrong-node, node: 1 }',
      'honst',
      '7:41: "honst" is not allowed for actors.workers.ada.behaviour; did you mean "honest"? (allowed: honest, silent, silent-auditor, lazy, wrong-output, garbage-trace, copycat, withhold-reveal, false-complaint, late, wrong-node, wrong-tile, stale-model, flip-one-bit, colluding, withhold-opening, withhold-page, quit-after-claim)',
    ],
    [
      'an unknown parameter of a behaviour',
      'node: 1',
      'node: 1, nod: 2',
      '7:70: unknown key "nod" in actors.workers.ada.behaviour; did you mean "node"? (allowed: kind, node, probability, late)',
    ],
    [
      'a missing parameter of a behaviour',
      ', node: 1',
      '',
      '7:30: missing key "node" in actors.workers.ada.behaviour',
    ],
    [
      'a missing key of the whole',
      /^description.*\n/m,
      '',
      '1:1: missing key "description" in the file',
    ],
    [
      'a number written as a string',
      'balance: 12.5',
      'balance: "12.5"',
      '5:28: actors.users.bob.balance must be a number, not the string "12.5"',
    ],
    [
      'too many decimal places',
      '12.5',
      '12.12345678',
      '5:28: actors.users.bob.balance is 12.12345678: an amount has at most 6 decimal places',
    ],
    [
      'a bad name',
      'bob: {',
      'Bob: {',
      '5:12: "Bob" is not a name in actors.users: a name is lower-case letters, digits and dashes, up to 32',
    ],
    [
      'an actor that does not exist',
      'who: ada',
      'who: adda',
      '18:24: no actor is called "adda"; did you mean "ada"? (declared: ann, bob, ada, treasury)',
    ],
    [
      'a request that comes later or never',
      'request: first',
      'request: frist',
      '16:27: no earlier request is called "frist"; did you mean "first"? (declared: first)',
    ],
    [
      'a fault the embedded driver cannot do',
      '{ do: await, request: first, state: settled }',
      '{ do: kill-node, nodes: [alice], skipOn: [endpoint] }',
      '16:11: the embedded driver cannot do "kill-node": declare it with skipOn: [embedded, endpoint]',
    ],
    [
      'a flood elsewhere than on a network',
      '{ do: await, request: first, state: settled }',
      '{ do: flood, user: bob, megabytes: 1 }',
      '16:11: drivers without nodes cannot do "flood": declare it with skipOn: [embedded, endpoint]',
    ],
    [
      'leaving somebody out of blocks that others make',
      '{ do: await, request: first, state: settled }',
      '{ do: censor, who: bob, blocks: 3, skipOn: [network] }',
      '16:11: nobody decides there which blocks are made: declare "censor" with skipOn: [network, endpoint]',
    ],
    [
      'leaving out somebody who is not there',
      '{ do: await, request: first, state: settled }',
      '{ do: censor, who: bib, blocks: 3, skipOn: [network, endpoint] }',
      '16:24: no actor is called "bib"; did you mean "bob"? (declared: ann, bob, ada)',
    ],
    [
      'looking at nodes where there are none',
      '{ do: await, request: first, state: settled }',
      '{ do: check-stalled }',
      '16:11: drivers without nodes cannot do "check-stalled": declare it with skipOn: [embedded, endpoint]',
    ],
    [
      'a node that is to be behind, and why it is nobody knows',
      '  - { do: await, request: first, state: settled }',
      [
        '  - { do: kill-node, nodes: [dave, erin], skipOn: [embedded, endpoint] }',
        '  - { do: start-node, nodes: [erin], skipOn: [embedded, endpoint] }',
        '  - { do: check-behind, nodes: [dave, erin], skipOn: [embedded, endpoint] }',
      ].join('\n'),
      '18:39: nothing keeps "erin" back here: no earlier step kills, pauses or isolates it, or a later one has ended that',
    ],
    [
      'an event that cannot be there yet, of a request that nobody makes',
      '{ do: await, request: first, state: settled }',
      '{ do: check-absent, event: inference.Settled, request: frist }',
      '16:60: no earlier request is called "frist"; did you mean "first"? (declared: first)',
    ],
    [
      'a flood without an end',
      '{ do: await, request: first, state: settled }',
      '{ do: flood, user: bob, megabytes: 1000, skipOn: [embedded, endpoint] }',
      '16:40: steps[1].megabytes is 1000: too big: expected number to be <=100',
    ],
    [
      'a flood by nobody',
      '{ do: await, request: first, state: settled }',
      '{ do: flood, user: bib, megabytes: 1, skipOn: [embedded, endpoint] }',
      '16:24: no user is called "bib"; did you mean "bob"? (declared: bob)',
    ],
    [
      'a twin of nobody',
      '{ do: await, request: first, state: settled }',
      '{ do: twin, worker: adda, skipOn: [embedded, endpoint] }',
      '16:25: no worker is called "adda"; did you mean "ada"? (declared: ada)',
    ],
    [
      'a third daemon with one key',
      '  - { do: await, request: first, state: settled }',
      '  - { do: twin, worker: ada, skipOn: [embedded, endpoint] }\n'.repeat(2),
      '17:25: "ada" has a twin already',
    ],
    [
      'an unknown behaviour of a twin',
      '{ do: await, request: first, state: settled }',
      '{ do: twin, worker: ada, behaviour: honst, skipOn: [embedded, endpoint] }',
      '16:41: "honst" is not allowed for steps[1].behaviour; did you mean "honest"? (allowed: honest, silent, silent-auditor, lazy, wrong-output, garbage-trace, copycat, withhold-reveal, false-complaint, late, wrong-node, wrong-tile, stale-model, flip-one-bit, colluding, withhold-opening, withhold-page, quit-after-claim)',
    ],
    [
      'a version of no family',
      'price: 2 }',
      'price: 2, family: digts }',
      '9:64: no model is called "digts"; did you mean "digits"? (declared: digits)',
    ],
    [
      'a version of itself',
      'price: 2 }',
      'price: 2, family: digits }',
      '9:64: "digits" is not the first version of a family',
    ],
    [
      'an heir who is no author',
      '{ do: await, request: first, state: settled }',
      '{ do: offer-family, model: digits, to: bob }',
      '16:44: no author is called "bob" (declared: ann)',
    ],
    [
      'terms of nothing',
      '{ do: await, request: first, state: settled }',
      '{ do: set-terms, model: digts, price: 2 }',
      '16:29: no model is called "digts"; did you mean "digits"? (declared: digits)',
    ],
    [
      'an unknown expectation',
      '{ that: paid, who: ada, is: 1.7 }',
      '{ that: payed, who: ada, is: 1.7 }',
      '18:13: "payed" is not allowed for expect[0].that; did you mean "paid"? (allowed: ended, convicted, slashed, penalised, unpunished, fined, paid, held, cost, answered-by, no-lie-stands, event, one-of)',
    ],
    [
      'a case that speaks of nobody',
      '{ that: paid, who: ada, is: 1.7 }',
      '{ that: one-of, cases: [[{ that: unpunished, who: adda }], [{ that: slashed, worker: ada }]] }',
      '18:55: no actor is called "adda"; did you mean "ada"? (declared: ann, bob, ada)',
    ],
    [
      'an answer where none stands',
      '{ that: paid, who: ada, is: 1.7 }',
      '{ that: ended, request: first, state: refunded, true: true }',
      '18:59: a request that is refunded has no answer that stands',
    ],
    [
      'a model without a source',
      /dir: [^,]+, /,
      '',
      '9:3: say one of `dir`, `generated` and `ocr`',
    ],
    [
      'a model with two sources',
      'price: 2 }',
      'price: 2, ocr: detector }',
      '9:3: say one of `dir`, `generated` and `ocr`',
    ],
    [
      'an unknown model that reads',
      /dir: [^,]+,/,
      'ocr: detecter,',
      '9:18: "detecter" is not allowed for models.digits.ocr; did you mean "detector"? (allowed: detector, recogniser)',
    ],
    [
      'a page for a model of digits',
      'input: seven.png',
      'input: { page: page.png }',
      '15:5: a whole page is for an `ocr: detector`, and "digits" is none',
    ],
    [
      'a line that no request shows',
      'input: seven.png',
      'input: { page: page.png, line: { of: find, index: 0 } }',
      '15:42: no earlier request is called "find" (none are declared)',
    ],
    [
      'a text of a model that reads none',
      'input: seven.png',
      'input: seven.png\n    expect: { text: SEVEN }',
      '16:21: "digits" reads no text: only an `ocr: recogniser` does',
    ],
  ])('reports %s where it stands', (_what, from, to, expected) => {
    const found = problems(change(from, to));
    expect(found).toContain(expected);
  });

  it('takes a page for a detector, and a line of it for a recogniser', () => {
    const reading = change(
      '  digits: {',
      '  find: { ocr: detector, author: ann, price: 2 }\n  read: { ocr: recogniser, author: ann, price: 2 }\n  digits: {',
    );
    const ask = (as: string, model: string, input: string, expect = '') =>
      `  - { do: request, as: ${as}, user: bob, model: ${model}, input: ${input}${expect} }\n`;
    const line = (of: string) => `{ page: p.png, line: { of: ${of}, index: 1 } }`;
    const all = (steps: string) => problems(reading.replace('expect:\n', `${steps}expect:\n`));
    const found = ask('where', 'find', '{ page: p.png }');
    expect(all(found + ask('what', 'read', line('where'), ', expect: { text: TOTAL }'))).toEqual(
      [],
    );
    expect(all(ask('where', 'find', 'p.png'))).toEqual([expect.stringContaining('takes a `page`')]);
    expect(all(ask('what', 'read', line('first')))).toEqual([
      expect.stringContaining('"first" asks "digits", which is no detector'),
    ]);
    expect(all(found + ask('what', 'find', line('where')))).toEqual([
      expect.stringContaining('a line is for an `ocr: recogniser`, and "find" is none'),
    ]);
    expect(
      all(found + ask('what', 'read', line('where'), ', expect: { text: A, textContains: B }')),
    ).toEqual([expect.stringContaining('say either `text` or `textContains`')]);
  });

  it('lets a scenario that is for networks alone have faults as it likes', () => {
    const text = change(
      '{ do: await, request: first, state: settled }',
      '{ do: kill-node, nodes: [a] }',
    );
    expect(problems(text)).toHaveLength(1);
    expect(problems(text.replace('actors:', 'skipOn: [embedded, endpoint]\nactors:'))).toEqual([]);
  });

  it('reports every mistake, in the order of the file', () => {
    const found = problems(
      change('price: 2', 'prise: 2').replace('do: await', 'do: awiat').replace('bob:', 'Bob:'),
    );
    expect(found.map((line) => line.split(':')[0])).toEqual(['5', '9', '9', '16']);
  });

  it('reports broken YAML where it breaks', () => {
    expect(problems(change('{ ann: {} }', '{ ann: {} '))[0]).toMatch(/^5:3: flow map/);
  });

  it('refuses duplicate keys and aliases', () => {
    expect(problems(`${good}name: again\n`)[0]).toContain('map keys must be unique');
    expect(problems(change('ann: {}', 'ann: &a {}').replace('{ balance: 12.5 }', '*a'))).toEqual([
      '5:17: aliases are not used here: write it out',
    ]);
  });

  it('wants the file called like the scenario', () => {
    expect(problems(good, 'other.yaml')).toEqual([
      '1:7: the scenario is called "small" but its file "other"',
    ]);
  });

  it('answers any text with a scenario or with places, never with another error', () => {
    const pieces = fc.constantFrom(
      ...good.split(/(?<=[\s:{}[\],])/),
      '*a',
      '&a',
      '---',
      '\t',
      '"',
      '|',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (words) => {
        for (const problem of problems(words.join(''))) expect(problem).toMatch(/^\d+:\d+: ./);
      }),
      { numRuns: 300 },
    );
  });
});

describe('loadScenario', () => {
  it('says which file it could not read', async () => {
    await expect(loadScenario('no/such.yaml')).rejects.toThrow('no/such.yaml:1:1: no such file');
  });
});
