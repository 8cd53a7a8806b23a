#!/usr/bin/env node
// Makes a Chromium available in which the page is tested. Quick when there is one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { installPackages, mayInstall, updateLists } from './debian.mjs';
import { onPath } from './rust.mjs';

/** What the system calls it: the names that `tools/dashboard/src/testing/browser.ts` looks for. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const say = (message) => console.error(`browser: ${message}`);

const found = () =>
  existsSync(chromium.executablePath())
    ? chromium.executablePath()
    : NAMES.find((name) => onPath(name));

const fromDebian = () => {
  if (!mayInstall()) return;
  say('installing Chromium from Debian');
  updateLists();
  installPackages(['chromium']);
};

const fromPlaywright = () => {
  say('installing Chromium by Playwright');
  spawnSync('npx', ['playwright-core', 'install', 'chromium'], { stdio: ['ignore', 2, 2] });
};

for (const step of [fromDebian, fromPlaywright]) if (found() === undefined) step();
const browser = found();
if (browser === undefined) {
  console.error(
    'there is no Chromium, in which the page is tested. Run `npx playwright-core install chromium`, or install Chromium with the system',
  );
  process.exit(1);
}
say(browser);
