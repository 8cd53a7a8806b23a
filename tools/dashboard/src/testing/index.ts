/** What suites and benchmarks of other packages use: the browser with the page in it, and records to put there. */
export type { CDPSession } from 'playwright-core';
export { fromEmbedded } from '../record/files.ts';
export {
  accessibility,
  type BrowserTest,
  PHONE,
  SCREEN,
  type Sight,
  startBrowser,
  type Visit,
} from './browser.ts';
export { demoFiles, longRecord } from './fixture.ts';
export { recordedAnswers, startStubNode } from './stub-node.ts';
