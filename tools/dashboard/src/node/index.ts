export type { Embedded } from '../page/data.ts';
export type { EmbeddedFiles } from '../record/files.ts';
export { openRecord } from '../record/open.ts';
export { type BuildOptions, builtPage } from './build.ts';
export { readRecordFolder } from './read-record.ts';
export { embeddedIn, renderPage } from './render.ts';
export { type Served, servePage } from './serve.ts';
