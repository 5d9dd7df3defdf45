import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createOperator } from '@s3sched/operator'
import { createLivedInFleet, LIVED_IN_UNTIL, type LivedInFleet } from '../fleet/lived-in-fleet.ts'
import { serve, type Served } from '../fleet/serve.ts'
import { graveFaults, openBrowser, openPage } from './open-browser.ts'

/** Both colour schemes once by axe, a matter of seconds, and the narrowest phone by its width alone. */
const LOOKS = [
  ['light', 1280, 'axe'],
  ['dark', 390, 'axe'],
  ['light', 320, 'width'],
] as const
type Look = (typeof LOOKS)[number]

describe.skipIf(!inject('chromium'))('for everybody', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser(inject('chromium'))))
  afterAll(() => browser?.close())

  /** Serious findings of axe, horizontal scrolling, and errors of the console. */
  async function faultsOf(url: string, now?: number, looks: readonly Look[] = LOOKS): Promise<string[]> {
    const faults: string[] = []
    for (const [colorScheme, width, by] of looks) {
      const options = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true } as const
      await using opened = await openPage(browser, url, options)
      if (now !== undefined) await opened.page.clock.setFixedTime(now)
      const grave = by === 'axe' ? await graveFaults(opened.page) : []
      const excess = Number(await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth'))
      const found = [...grave.flat(), ...opened.troubles, ...(excess > 0 ? [`${excess} pixels too wide`] : [])]
      faults.push(...found.map((fault) => `${colorScheme} at ${width}: ${fault}`))
    }
    return faults
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
      'timeline?span=3d',
      'jobs',
      'jobs/billing',
      'jobs/rebuild-index',
      'jobs/mail-digest',
      'jobs/invoices',
      'jobs/report/calendar',
      'failures',
      'jobs/notify',
      'many?action=pause&job=billing&job=report',
      'api',
      'jobs/backup/run',
      'jobs/backup/cancel',
      'nope',
    ])('/%s', async (path) => {
      expect(await faultsOf(`${served.url}/${path}`, LIVED_IN_UNTIL)).toEqual([])
    })

    it('one run, found from the failures', async () => {
      await using opened = await openPage(browser, `${served.url}/failures?by=time`)
      const link = await opened.page.locator('tbody a[href*="/backup/runs/"]').first().getAttribute('href')
      expect(await faultsOf(`${served.url}${link}`, LIVED_IN_UNTIL)).toEqual([])
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
      expect(await page.getByRole('status').filter({ hasText: 'The job is resumed' }).count()).toBe(1)
    })

    it('an open run that has told of its progress', async () => {
      await using operator = createOperator(fleet.store, { clock: fleet.clock })
      const [run] = (await operator.job('rebuild-index')).running
      const url = `${served.url}/jobs/rebuild-index/runs/${run?.runId}`
      await fetch(url)
      // The fleet learns that somebody looks, and the process of the run says what the run has said.
      await fleet.clock.advance(20_000)
      await fetch(url)
      const now = fleet.clock.now()
      expect(await faultsOf(url, now)).toEqual([])
      await using opened = await openPage(browser, url)
      await opened.page.getByRole('progressbar').waitFor()
      await opened.page.locator('.log li', { hasText: 'reading 41,207 articles' }).waitFor()
    })

    it('a page of several fleets, of which one is empty, and the pages of each', async () => {
      await using fleets = createDashboard(fleet.store, {
        clock: fleet.clock,
        prefixes: { shop: 's3sched/', 'warehouse-of-the-north': 'warehouse/north/' },
      })
      await using several = await serve(fleets)
      for (const path of ['', 'shop/', 'warehouse-of-the-north/', 'warehouse-of-the-north/jobs'])
        expect(await faultsOf(`${several.url}/${path}`, fleet.clock.now()), path).toEqual([])
    })
  })
})
