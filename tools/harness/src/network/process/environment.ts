/** The environment that processes of a network get: what programs need to run, and nothing that is none of their business. */
import { RUN_ID } from './marked.ts';

const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_.*|LD_LIBRARY_PATH|DYLD_.*|RUST_LOG|RUST_BACKTRACE|DEBUG|KUBECONFIG|CONTAINER_HOST|DOCKER_HOST)$/;

/**
 * Zombienet runs commands with `bash -c`. A bash that takes itself for the outermost shell, and whose input is a socket
 * as a child's of Node is, takes that for a remote login and reads ~/.bashrc, which may do anything, and slowly.
 */
const SHLVL = '2';

/** Of an environment what is kept, with the run's mark and what else is to be in it. */
export const environmentOf = (
  runId: string,
  more: Readonly<Record<string, string>> = {},
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> => {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    KEPT.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), SHLVL, [RUN_ID]: runId, ...more };
};
