export {
  type CompiledInput,
  type CompiledModel,
  type CompiledOutput,
  type CompiledTensor,
  type CompileOptions,
  compile,
} from './compile.ts';
export { CompileError, type CompileErrorCode, type CompileErrorPlace } from './errors.ts';
export {
  type ConformanceOptions,
  type ConformanceReport,
  conformance,
  type Mismatch,
} from './exact/conformance.ts';
export { type WeightForm, weightForm } from './exact/kernels.ts';
export {
  buildExactProgram,
  createExactProgram,
  type ExactProgram,
  type ExactProgramOptions,
  inputName,
  nodeName,
} from './exact/program.ts';
export { EXACT_PROVIDERS, type ExactProvider } from './exact/providers.ts';
export {
  createExactSession,
  type ExactSession,
  type ExactSessionOptions,
  type OptimisationLevel,
  PROGRAM_CONFIG,
} from './exact/session.ts';
export {
  type NegativeRow,
  operatorSuite,
  type SuiteOptions,
  type SuiteReport,
  type SuiteRow,
} from './exact/suite.ts';
export type { ActivationQuantisation, FloatGraph, Quantisation } from './float/graph.ts';
export { type Card, cardSchema, readCard } from './model/card.ts';
export {
  COMPILER_VERSION,
  type CompiledFolder,
  type Manifest,
  manifestOf,
  manifestSchema,
  readCompiled,
  writeCompiled,
} from './model/folder.ts';
export { type ImportOptions, importOnnx, type Refusal, refusals } from './onnx/import.ts';
export { decodeModel, type NodeProto, TENSOR_TYPE, type TensorProto } from './onnx/schema.ts';
export type { Head } from './quantise/head.ts';
export type { LayoutVersion, LogitsForm } from './quantise/lower.ts';
export type { CalibrationSample } from './quantise/observe.ts';
export type { CalibrationMethod } from './quantise/ranges.ts';
export { createRandom, type Random } from './random.ts';
export {
  type CompileReport,
  compileReport,
  type Fidelity,
  type NodeReport,
  type OutputReport,
  type ReportOptions,
} from './report.ts';
export { dequantiseValues, quantiseValues } from './values.ts';
