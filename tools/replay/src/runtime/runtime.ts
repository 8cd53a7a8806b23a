/** A runtime that can be called on a state. */
import { createOverlay } from '../trie/overlay.ts';
import { type Changes, type State, stateOf } from '../trie/state.ts';
import { BadRuntime, compile, type RuntimeCode } from './code.ts';
import { withDeadline } from './deadline.ts';
import { createHost } from './host.ts';
import { createMemory } from './memory.ts';

/** What came of a call. */
export interface Outcome {
  /** SCALE bytes. */
  result: Uint8Array;
  /** The state with what the call changed. */
  state: State;
  changes: Changes;
}

export interface CallOptions {
  /** Takes every signature as good. */
  isTrusting?: boolean;
  /** Milliseconds by the clock after which the call is stopped. Default two minutes: a full block takes less than two seconds. */
  deadline?: number;
}

const DEADLINE = 120_000;

export interface Runtime {
  /** Calls a function of an API, `Core_version` say. Throws a `RuntimeTrapped` when it does not come back. */
  call(state: State, method: string, argument: Uint8Array, options?: CallOptions): Outcome;
}

/** A call did not come back: the runtime panicked, or did what it must not. The message has what it logged. */
export class RuntimeTrapped extends Error {
  override readonly name = 'RuntimeTrapped';

  constructor(method: string, cause: unknown, logged: readonly string[]) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super([`${method} trapped: ${why}`, ...logged].join('\n  '), { cause });
  }
}

/** Last lines that a trapped call is reported with. */
const LAST_LINES = 5;

const over = ({ module, pages }: RuntimeCode): Runtime => ({
  call: (state, method, argument, { isTrusting = false, deadline = DEADLINE } = {}) => {
    const memory = createMemory(pages);
    const overlay = createOverlay(state);
    const logged: string[] = [];
    const env = createHost(module, {
      memory,
      overlay,
      log: (line) => {
        logged.push(line);
        if (logged.length > LAST_LINES) logged.shift();
      },
      isTrusting,
      versionOf,
    });
    try {
      const { exports } = withDeadline(() => new WebAssembly.Instance(module, { env }), deadline);
      const base = exports.__heap_base;
      const method_ = exports[method];
      if (!(base instanceof WebAssembly.Global) || typeof method_ !== 'function') {
        throw new TypeError(`the runtime has no ${method}`);
      }
      memory.begin(Number(base.value));
      const pointer = memory.write(argument);
      const packed = BigInt.asUintN(
        64,
        withDeadline(() => method_(pointer, argument.length) as bigint, deadline),
      );
      const result = memory.read(Number(packed & 0xffff_ffffn), Number(packed >> 32n));
      return { result, state: overlay.state(), changes: overlay.changes() };
    } catch (cause) {
      throw new RuntimeTrapped(method, cause, logged);
    }
  },
});

const NOTHING = stateOf([]);

/** What other code says of its version, `undefined` when it is no runtime. */
const versionOf = (code: Uint8Array): Uint8Array | undefined => {
  try {
    return createRuntime(code).call(NOTHING, 'Core_version', new Uint8Array()).result;
  } catch {
    return undefined;
  }
};

/** Compiles code into a runtime, once `ready` has resolved. Throws a `BadRuntime`. */
export const createRuntime = (code: Uint8Array): Runtime => over(compile(code));

const known = new WeakMap<Uint8Array, Runtime>();

const CODE = '3a636f6465';

/** The runtime of a state, compiled once for all states that share it. Throws a `BadRuntime`. */
export const runtimeOf = (state: State): Runtime => {
  const code = state.get(CODE);
  if (code === undefined) throw new BadRuntime('the state has no runtime');
  const runtime = known.get(code) ?? createRuntime(code);
  known.set(code, runtime);
  return runtime;
};
