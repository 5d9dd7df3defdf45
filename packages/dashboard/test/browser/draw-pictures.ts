/** Draws the pictures of the documentation again, from a fleet of real schedulers: `npm run pictures`. */
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { createDashboard } from '@s3sched/dashboard'
import { createLivedInFleet, LIVED_IN_UNTIL } from '../fleet/lived-in-fleet.ts'
import { serve } from '../fleet/serve.ts'
import { findChromium } from './find-chromium.ts'
import { openBrowser, openPage } from './open-browser.ts'

const IMAGES = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'images')
const WIDE = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 } as const
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } as const

const PICTURES: readonly (readonly [name: string, path: string, options: BrowserContextOptions, whole: boolean])[] = [
  ['overview', '', { ...WIDE, colorScheme: 'light' }, true],
  ['timeline', 'timeline', { ...WIDE, colorScheme: 'dark' }, false],
  ['job', 'jobs/billing', { ...WIDE, colorScheme: 'light' }, false],
  ['jobs', 'jobs', { ...WIDE, colorScheme: 'light' }, true],
  ['failures', 'failures', { ...WIDE, colorScheme: 'light' }, false],
  ['calendar', 'jobs/report/calendar', { ...WIDE, colorScheme: 'dark' }, true],
  ['phone', '', { ...PHONE, colorScheme: 'dark' }, false],
]

const path = findChromium(process.env)
if (path === undefined)
  throw new Error("there is no Chromium: install Debian's package chromium, or name one in CHROMIUM")
await using fleet = await createLivedInFleet()
await using dashboard = createDashboard(fleet.store, { readOnly: false, clock: fleet.clock })
await using served = await serve(dashboard)
const browser = await openBrowser(path)
for (const [name, where, options, whole] of PICTURES) await draw(name, where, options, whole)
const failures = await (await fetch(`${served.url}/failures?by=time`)).text()
const run = /href="(\/jobs\/billing\/runs\/[^"]+)"/.exec(failures)?.[1]?.slice(1) ?? ''
await draw('run', run, { ...WIDE, colorScheme: 'light' }, true)
await browser.close()

async function draw(name: string, where: string, options: BrowserContextOptions, whole: boolean): Promise<void> {
  await using opened = await openPage(browser, `${served.url}/${where}`, options)
  await opened.page.clock.setFixedTime(LIVED_IN_UNTIL)
  await opened.page.reload()
  await opened.page.locator('#live.is-live').waitFor()
  await opened.page.screenshot({ path: join(IMAGES, `dashboard-${name}.png`), fullPage: whole })
  process.stdout.write(`dashboard-${name}.png\n`)
}
