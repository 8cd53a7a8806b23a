export { CompileError, type CompileErrorCode, type CompileErrorPlace } from './errors.ts';
export {
  buildExactProgram,
  type ExactProgramOptions,
  type ExactProvider,
  nodeName,
} from './exact/program.ts';
export {
  createExactSession,
  type ExactSession,
  type ExactSessionOptions,
  type OptimisationLevel,
} from './exact/session.ts';
