/** What the schema alone cannot say: that names refer to something, and that steps make sense together. */
import type { Issue, Path } from '../declared/problem.ts';
import { noneCalled, suggest } from '../declared/suggest.ts';
import { CHAIN_ERRORS, CHAIN_EVENTS } from './chain-names.ts';
import {
  isFault,
  isOfMadeBlocks,
  isStrike,
  type Scenario,
  type ScenarioFact,
  type ScenarioStep,
} from './schema.ts';

const roles = ['authors', 'users', 'workers', 'challengers', 'keepers'] as const;

/** Drivers that have no nodes of their own. */
const nodeless = ['embedded', 'endpoint'] as const;

/** Drivers whose blocks others make. */
const liveDrivers = ['network', 'endpoint'] as const;

/** Mistakes in a scenario that fits the schema. `fileName` is without folder and extension, when known. */
export const checkScenario = (scenario: Scenario, fileName?: string): Issue[] => {
  const issues: Issue[] = [];
  const report = (path: Path, message: string, at: Issue['at'] = 'value') =>
    issues.push({ path, at, message });

  const refer = (path: Path, what: string, word: string, known: readonly string[]) => {
    if (!known.includes(word)) report(path, noneCalled(what, word, known));
  };

  /** Of the many names that a chain has, those of the same pallet are told. */
  const referToChain = (path: Path, what: string, word: string, known: readonly string[]) => {
    if (known.includes(word)) return;
    const [pallet = ''] = word.split('.');
    const near = suggest(word, known);
    const siblings = known.filter((one) => one.startsWith(`${pallet}.`));
    const meaning = near === undefined ? '' : `; did you mean "${near}"?`;
    const pallets = [...new Set(known.map((one) => one.split('.')[0]))];
    const list = siblings.length > 0 ? siblings : pallets.map((one) => `${one}.…`);
    report(path, `the chain has no ${what} "${word}"${meaning} (there are: ${list.join(', ')})`);
  };

  const { actors, models, steps } = scenario;
  const names = {
    author: Object.keys(actors.authors),
    user: Object.keys(actors.users),
    worker: Object.keys(actors.workers),
    challenger: Object.keys(actors.challengers),
    keeper: Object.keys(actors.keepers),
    model: Object.keys(models),
  };

  if (fileName !== undefined && scenario.name !== fileName) {
    report(['name'], `the scenario is called "${scenario.name}" but its file "${fileName}"`);
  }

  const roleOf = new Map<string, string>();
  for (const role of roles) {
    for (const actor of Object.keys(actors[role])) {
      const other = roleOf.get(actor);
      if (other !== undefined) {
        report(['actors', role, actor], `"${actor}" is declared among ${other} too`, 'key');
      }
      if (actor === 'treasury') {
        report(['actors', role, actor], '"treasury" is the chain\'s own account', 'key');
      }
      roleOf.set(actor, role);
    }
  }

  for (const [model, declared] of Object.entries(models)) {
    refer(['models', model, 'author'], 'author', declared.author, names.author);
    const sources = [declared.dir, declared.generated, declared.ocr];
    if (sources.filter((source) => source !== undefined).length !== 1) {
      report(['models', model], 'say one of `dir`, `generated` and `ocr`', 'key');
    }
    const first = declared.family === undefined ? undefined : models[declared.family];
    if (declared.family !== undefined) {
      refer(['models', model, 'family'], 'model', declared.family, names.model);
    }
    if (declared.family === model || first?.family !== undefined) {
      report(
        ['models', model, 'family'],
        `"${declared.family}" is not the first version of a family`,
      );
    }
    if (first?.later === true && !declared.later) {
      report(
        ['models', model, 'family'],
        `"${declared.family}" is registered by a step; declare "${model}" later: true, too`,
      );
    }
    const registered = steps.some((step) => step.do === 'register-model' && step.model === model);
    if (declared.later && !registered) {
      report(['models', model, 'later'], `no step registers "${model}"`, 'key');
    }
  }
  for (const [worker, declared] of Object.entries(actors.workers)) {
    const path = ['actors', 'workers', worker];
    for (const [index, model] of declared.serves.entries()) {
      refer([...path, 'serves', index], 'model', model, names.model);
    }
    const joins = steps.some((step) => step.do === 'join' && step.worker === worker);
    if (declared.later && !joins)
      report([...path, 'later'], `no step lets "${worker}" join`, 'key');
    if (declared.stake > declared.balance) {
      report(
        [...path, 'stake'],
        `a stake of ${declared.stake} is more than the balance of ${declared.balance}`,
      );
    }
    const { behaviour } = declared;
    if (behaviour.kind === 'colluding') {
      const alone = !Object.entries(actors.workers).some(
        ([other, { behaviour: theirs }]) =>
          other !== worker && theirs.kind === 'colluding' && theirs.group === behaviour.group,
      );
      if (alone) {
        report(
          [...path, 'behaviour', 'group'],
          `"${worker}" is the only one of group "${behaviour.group}"`,
        );
      }
    }
  }

  const requests: string[] = [];
  /** The models asked, by request. */
  const modelOf = new Map<string, string>();
  const checkReading = (
    { model, input, expect }: Extract<ScenarioStep, { do: 'request' }>,
    path: Path,
  ) => {
    const ocr = models[model]?.ocr;
    if (expect.text !== undefined && expect.textContains !== undefined) {
      report([...path, 'expect'], 'say either `text` or `textContains`', 'key');
    }
    for (const key of ['text', 'textContains'] as const) {
      if (expect[key] !== undefined && ocr !== 'recogniser') {
        report(
          [...path, 'expect', key],
          `"${model}" reads no text: only an \`ocr: recogniser\` does`,
        );
      }
    }
    const isPage = typeof input !== 'string' && 'page' in input;
    if (!isPage) {
      if (ocr !== undefined) {
        report([...path, 'input'], `"${model}" takes a \`page\``, 'key');
      }
      return;
    }
    const { line } = input;
    const wanted = line === undefined ? 'detector' : 'recogniser';
    if (models[model] !== undefined && ocr !== wanted) {
      const what = line === undefined ? 'a whole page is' : 'a line is';
      report(
        [...path, 'input'],
        `${what} for an \`ocr: ${wanted}\`, and "${model}" is none`,
        'key',
      );
    }
    if (line === undefined) return;
    refer([...path, 'input', 'line', 'of'], 'earlier request', line.of, requests);
    const asked = modelOf.get(line.of);
    if (asked !== undefined && models[asked]?.ocr !== 'detector') {
      report(
        [...path, 'input', 'line', 'of'],
        `"${line.of}" asks "${asked}", which is no detector: its answer shows no lines`,
      );
    }
  };
  const struck = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const path = ['steps', index];
    const skipped = [...scenario.skipOn, ...step.skipOn];
    const cannot = nodeless.filter((driver) => !skipped.includes(driver));
    if (isFault(step.do) && cannot.length > 0) {
      const which = cannot.length === 1 ? `the ${cannot[0]} driver` : 'drivers without nodes';
      report(
        [...path, 'do'],
        `${which} cannot do "${step.do}": declare it with skipOn: [${nodeless.join(', ')}]`,
      );
    }
    const live = liveDrivers.filter((driver) => !skipped.includes(driver));
    if (isOfMadeBlocks(step.do) && live.length > 0) {
      report(
        [...path, 'do'],
        `nobody decides there which blocks are made: declare "${step.do}" with skipOn: [${liveDrivers.join(', ')}]`,
      );
    }
    if ('fails' in step && step.fails !== undefined) {
      referToChain([...path, 'fails'], 'error', step.fails, CHAIN_ERRORS);
    }
    switch (step.do) {
      case 'register-model':
        refer([...path, 'model'], 'model', step.model, names.model);
        if (models[step.model]?.later === false) {
          report(
            [...path, 'model'],
            `"${step.model}" is registered at the start; declare it later: true`,
          );
        }
        break;
      case 'set-terms':
      case 'set-latest':
      case 'deprecate-model':
      case 'remove-model':
        refer([...path, 'model'], 'model', step.model, names.model);
        break;
      case 'offer-family':
        refer([...path, 'model'], 'model', step.model, names.model);
        refer([...path, 'to'], 'author', step.to, names.author);
        break;
      case 'accept-family':
        refer([...path, 'model'], 'model', step.model, names.model);
        refer([...path, 'by'], 'author', step.by, names.author);
        break;
      case 'serve':
        refer([...path, 'worker'], 'worker', step.worker, names.worker);
        refer([...path, 'model'], 'model', step.model, names.model);
        break;
      case 'join':
      case 'leave':
      case 'stop':
      case 'restart':
        refer([...path, 'worker'], 'worker', step.worker, names.worker);
        if (step.do === 'join' && actors.workers[step.worker]?.later === false) {
          report(
            [...path, 'worker'],
            `"${step.worker}" joins at the start; declare it later: true`,
          );
        }
        break;
      case 'request':
        refer([...path, 'user'], 'user', step.user, names.user);
        refer([...path, 'model'], 'model', step.model, names.model);
        if (requests.includes(step.as)) {
          report([...path, 'as'], `another request is called "${step.as}"`);
        }
        checkReading(step, [...path]);
        requests.push(step.as);
        modelOf.set(step.as, step.model);
        if (step.expect.state === 'refused' && step.expect.error === undefined) {
          report([...path, 'expect'], 'a refused request is expected with its error', 'key');
        }
        if (step.expect.error !== undefined) {
          referToChain([...path, 'expect', 'error'], 'error', step.expect.error, CHAIN_ERRORS);
        }
        if (step.expect.error !== undefined && (step.expect.state ?? 'refused') !== 'refused') {
          report([...path, 'expect', 'state'], 'a request expected with an error is refused');
        }
        break;
      case 'cancel':
      case 'demand-output':
      case 'get-output':
      case 'await':
        refer([...path, 'request'], 'earlier request', step.request, requests);
        break;
      case 'await-event':
      case 'check-absent':
        referToChain([...path, 'event'], 'event', step.event, CHAIN_EVENTS);
        if (step.request !== undefined) {
          refer([...path, 'request'], 'earlier request', step.request, requests);
        }
        if (step.worker !== undefined) {
          refer([...path, 'worker'], 'worker', step.worker, names.worker);
        }
        break;
      case 'censor':
        refer([...path, 'who'], 'actor', step.who, [...roleOf.keys()]);
        break;
      case 'twin':
        refer([...path, 'worker'], 'worker', step.worker, names.worker);
        if (steps.slice(0, index).some((one) => one.do === 'twin' && one.worker === step.worker)) {
          report([...path, 'worker'], `"${step.worker}" has a twin already`);
        }
        if (step.node !== undefined && step.node === actors.workers[step.worker]?.node) {
          report([...path, 'node'], `"${step.worker}" talks to "${step.node}" already`);
        }
        break;
      case 'flood':
        refer([...path, 'user'], 'user', step.user, names.user);
        break;
      case 'kill-node':
      case 'start-node':
      case 'pause-node':
      case 'resume-node':
      case 'isolate-node':
      case 'rejoin-node':
        for (const node of step.nodes) {
          if (isStrike(step.do)) struck.add(node);
          else struck.delete(node);
        }
        break;
      case 'check-behind':
        for (const [place, node] of step.nodes.entries()) {
          if (struck.has(node)) continue;
          report(
            [...path, 'nodes', place],
            `nothing keeps "${node}" back here: no earlier step kills, pauses or isolates it, or a later one has ended that`,
          );
        }
        break;
      case 'advance':
      case 'await-finality':
      case 'check-stalled':
        break;
    }
  }

  const everyone = [...roleOf.keys()];
  for (const actor of Object.keys(scenario.money)) {
    if (!everyone.includes(actor) && actor !== 'treasury') {
      report(['money', actor], noneCalled('actor', actor, [...everyone, 'treasury']), 'key');
    }
  }
  const checkFact = (one: ScenarioFact, path: Path) => {
    switch (one.that) {
      case 'convicted':
      case 'slashed':
      case 'penalised':
        refer([...path, 'worker'], 'worker', one.worker, names.worker);
        break;
      case 'fined':
        // A user that demands an output is one, too.
        refer([...path, 'challenger'], 'challenger', one.challenger, [
          ...names.challenger,
          ...names.user,
        ]);
        break;
      case 'unpunished':
      case 'held':
        refer([...path, 'who'], 'actor', one.who, everyone);
        break;
      case 'paid':
        refer([...path, 'who'], 'actor', one.who, [...everyone, 'treasury']);
        if ((one.is === undefined) === (one.atLeast === undefined)) {
          report(path, 'say either `is` or `atLeast`', 'key');
        }
        break;
      case 'cost':
        refer([...path, 'user'], 'user', one.user, names.user);
        break;
      case 'answered-by':
        refer([...path, 'worker'], 'worker', one.worker, names.worker);
        break;
      case 'no-lie-stands':
        break;
      case 'event':
        referToChain([...path, 'event'], 'event', one.event, CHAIN_EVENTS);
        if ((one.times === undefined) === (one.atLeast === undefined)) {
          report(path, 'say either `times` or `atLeast`', 'key');
        }
        break;
      case 'ended':
        if (one.true === true && one.state !== 'settled') {
          report([...path, 'true'], `a request that is ${one.state} has no answer that stands`);
        }
        break;
    }
    if ('request' in one && one.request !== undefined) {
      refer([...path, 'request'], 'request', one.request, requests);
    }
  };
  for (const [index, one] of scenario.expect.entries()) {
    const path = ['expect', index];
    if (one.that !== 'one-of') {
      checkFact(one, path);
      continue;
    }
    for (const [which, facts] of one.cases.entries()) {
      for (const [place, fact] of facts.entries()) {
        checkFact(fact, [...path, 'cases', which, place]);
      }
    }
  }
  return issues;
};
