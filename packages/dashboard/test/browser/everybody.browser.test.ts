import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createLivedInFleet, LIVED_IN_UNTIL, type LivedInFleet } from '../fleet/lived-in-fleet.ts'
import { createSampleFleet, type SampleFleet } from '../fleet/sample-fleet.ts'
import { serve, type Served } from '../fleet/serve.ts'
import { graveFaults, openBrowser, openPage } from './open-browser.ts'

/** Each colour once by axe, which takes seconds, and the narrowest phone by its width alone. */
const LOOKS = [
  ['light', 1280, 'axe'],
  ['dark', 390, 'axe'],
  ['light', 320, 'width'],
] as const

describe.skipIf(!inject('chromium'))('for everybody', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser()))
  afterAll(() => browser?.close())

  /** Nothing that axe finds serious, nothing that has to be scrolled sideways, nothing on the console. */
  async function lookAtAll(url: string, now?: number): Promise<void> {
    for (const [colorScheme, width, by] of LOOKS) {
      const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const
      await using opened = await openPage(browser, url, options)
      if (now !== undefined) await opened.page.clock.setFixedTime(now)
      const look = `${colorScheme} at ${width}`
      if (by === 'axe') expect(await graveFaults(opened.page), look).toEqual([])
      expect(await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth'), look).toBeLessThanOrEqual(
        0,
      )
      expect(opened.troubles, look).toEqual([])
    }
  }

  it('axe sees what is wrong', async () => {
    await using opened = await openPage(browser, 'about:blank', { bypassCSP: true })
    await opened.page.setContent(
      '<html lang="en"><title>x</title><main><button></button><p style="color:#999;background:#aaa">dim</p></main></html>',
    )
    expect((await graveFaults(opened.page)).map(([id]) => id)).toEqual(
      expect.arrayContaining(['button-name', 'color-contrast']),
    )
  })

  describe('of a fleet that has lived a while', () => {
    let fleet: LivedInFleet
    let dashboard: Dashboard
    let served: Served

    beforeAll(async () => {
      fleet = await createLivedInFleet()
      dashboard = createDashboard(fleet.store, { readOnly: false, clock: fleet.clock })
      served = await serve(dashboard)
    })

    afterAll(async () => {
      await served?.[Symbol.asyncDispose]()
      await dashboard?.close()
      await fleet?.[Symbol.asyncDispose]()
    })

    it.each([
      '',
      'timeline?hours=72',
      'jobs',
      'jobs/billing',
      'jobs/rebuild-index',
      'jobs/mail-digest',
      'jobs/invoices',
      'jobs/report/calendar',
      'jobs/billing/calendar',
      'failures',
      'jobs/backup/cancel',
      'nope',
    ])('/%s', (path) => lookAtAll(`${served.url}/${path}`, LIVED_IN_UNTIL))

    it('one run, found from the failures', async () => {
      await using opened = await openPage(browser, `${served.url}/failures`)
      const link = await opened.page.locator('tbody a[href*="/backup/runs/"]').first().getAttribute('href')
      await lookAtAll(`${served.url}${link}`, LIVED_IN_UNTIL)
    })

    it('a job can be reached, paused and resumed by keyboard alone', async () => {
      await using opened = await openPage(browser, `${served.url}/`)
      const { page } = opened
      const press = async (times: number): Promise<string> => {
        for (let time = 0; time < times; time++) await page.keyboard.press('Tab')
        return page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
      }
      expect(await press(1)).toBe('Skip to the content')
      await page.keyboard.press('Enter')
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
      for (let tabs = 0; (await press(1)) !== 'purge-sessions'; tabs++) if (tabs > 80) throw new Error('never reached')
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)
      expect(outline).toBe('solid')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'purge-sessions' }).waitFor()
      await page.getByRole('link', { name: 'Pause…' }).press('Enter')
      await page.getByRole('button', { name: 'Pause it' }).press('Enter')
      await page.getByText('The job is paused in the whole fleet').waitFor()
      await page.getByRole('link', { name: 'Resume…' }).press('Enter')
      await page.getByRole('button', { name: 'Resume it' }).press('Enter')
      await page.getByText('The job is resumed').waitFor()
    })
  })

  describe('at 200 jobs and 10,000 runs', () => {
    let fleet: SampleFleet
    let dashboard: Dashboard
    let served: Served

    beforeAll(async () => {
      fleet = await createSampleFleet({ jobs: 200, runs: 10_000 })
      dashboard = createDashboard(fleet.store, { readOnly: false })
      served = await serve(dashboard)
    })

    afterAll(async () => {
      await served?.[Symbol.asyncDispose]()
      await dashboard?.close()
      await fleet?.[Symbol.asyncDispose]()
    })

    it.each(['', 'timeline', 'jobs', 'failures'])('/%s', (path) => lookAtAll(`${served.url}/${path}`))
  })
})
