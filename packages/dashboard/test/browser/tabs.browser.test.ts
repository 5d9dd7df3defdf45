import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { createSampleFleet, standingClock } from '../fleet/sample-fleet.ts'
import { serve } from '../fleet/serve.ts'
import { openBrowser, PATIENCE_MS } from './open-browser.ts'

describe.skipIf(!inject('chromium'))('many tabs of one browser', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser(inject('chromium'))))
  afterAll(() => browser?.close())

  it('share one stream, which ends when all are hidden, and leave the connections to the application', async () => {
    const clock = standingClock()
    await using fleet = await createSampleFleet({ jobs: 2, runs: 4, clock })
    await using dashboard = createDashboard(fleet.store, { clock })
    const streams = new Set<object>()
    await using served = await serve((req, res) => {
      if (req.url === '/events') {
        streams.add(res)
        res.once('close', () => streams.delete(res))
      }
      return dashboard(req, res)
    })
    const context = await browser.newContext()
    context.setDefaultTimeout(PATIENCE_MS)
    const tabs: Page[] = []
    const untilOpen = (count: number): Promise<void> =>
      expect.poll(() => streams.size, { timeout: PATIENCE_MS }).toBe(count)
    for (let tab = 0; tab < 7; tab++) {
      const page = await context.newPage()
      tabs.push(page)
      await page.goto(`${served.url}/jobs/billing`)
      await page.locator('#live.is-live').waitFor()
    }
    await untilOpen(1)
    await tabs[0]?.close()
    await untilOpen(1)
    await fleet.scheduler.disableJob('billing')
    await clock.advance(30_000)
    // Each tab learns of the change, whichever holds the stream now.
    for (const page of tabs.slice(1)) await page.locator('main .mark.is-paused').first().waitFor()
    for (const page of tabs.slice(1)) await page.evaluate<void, Shown>(show, 'hidden')
    await untilOpen(0)
    await fleet.scheduler.enableJob('billing')
    await clock.advance(5000)
    await tabs[5]?.evaluate<void, Shown>(show, 'visible')
    await tabs[5]?.locator('main .mark.is-active').first().waitFor()
    await untilOpen(1)
    await context.close()
  })
})

type Shown = 'hidden' | 'visible'

/** Runs in the page. No tab is hidden in a browser without a screen, so the page is told what it would be told. */
function show(state: Shown): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}
