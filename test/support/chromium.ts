import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What to say where `openChromium` finds none. */
export const noChromium = `There is no Chromium at ${executable}. Install it, or name another one in $CHROMIUM.`;

/** Starts the Chromium of this machine; `undefined` where there is none, unless SLUICE_NO_SKIP forbids to skip. */
export async function openChromium(): Promise<Browser | undefined> {
  if (existsSync(executable)) return chromium.launch({ executablePath: executable, args });
  if (process.env.SLUICE_NO_SKIP) throw new Error(noChromium);
  return undefined;
}
