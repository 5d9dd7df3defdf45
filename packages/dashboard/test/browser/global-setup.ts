import type { TestProject } from 'vitest/node'
import { findChromium } from './find-chromium.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of a Chromium; `undefined` without a Chromium: `describe.skipIf(!inject('chromium'))`. */
    chromium: string | undefined
  }
}

/** Without a browser, the tests are skipped with a visible message; if a browser is required, the run fails. */
export function setup(project: TestProject): void {
  const chromium = findChromium(process.env)
  project.provide('chromium', chromium)
  if (chromium !== undefined) return console.log(`Chromium: ${chromium}`)
  const lines = [
    'No Chromium was found, so the tests that look at the dashboard in a browser',
    process.env['CHROMIUM']
      ? `  - CHROMIUM names ${process.env['CHROMIUM']}, which is no program`
      : '  - there is none on the PATH',
    "Install Debian's package `chromium` (apt-get install --no-install-recommends chromium), Chromium or Chrome, or name one in CHROMIUM.",
  ]
  const [first, ...rest] = lines
  if (isRequired(process.env)) throw new Error(`${first} failed:\n${rest.join('\n')}`)
  const bar = '!'.repeat(80)
  console.warn(`\n${bar}\n${first} ARE SKIPPED:\n${rest.join('\n')}\n${bar}\n`)
}

/** In CI a skip would hide the missing test of the pages. */
function isRequired(env: NodeJS.ProcessEnv): boolean {
  return env['S3SCHED_REQUIRE_BROWSER'] === '1' || (env['CI'] ?? '') !== ''
}
