import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { shareOf } from '@s3sched-tooling/vitest/share-of'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createOperator } from '@s3sched/operator'
import { createLivedInFleet, LIVED_IN_UNTIL, type LivedInFleet } from '../fleet/lived-in-fleet.ts'
import { serve, type Served } from '../fleet/serve.ts'
import { graveFaults, serveAxe, type Rules } from './grave-faults.ts'
import { openBrowser, openPage, type Opened } from './open-browser.ts'

interface Look {
  readonly colorScheme: 'dark' | 'light'
  /** In px. */
  readonly width: number
  /** The rules of axe that each page is checked by. */
  readonly rules: Rules | 'none'
}

/** Both colour schemes by axe, and the narrowest phone by its width alone. Axe with all rules takes a matter of seconds. */
const LOOKS: readonly Look[] = [
  { colorScheme: 'light', width: 1280, rules: 'all' },
  { colorScheme: 'dark', width: 390, rules: shareOf('looks') > 1 ? 'all' : 'of looks' },
  { colorScheme: 'light', width: 320, rules: 'none' },
]

/** From left to right, in px. */
type Span = readonly [left: number, right: number]

/** Runs in the page: the spans of the axis and of its visible labels. */
const AXIS = `[...document.querySelectorAll('.time-axis, .time-axis text')]
  .filter((shown) => getComputedStyle(shown).visibility === 'visible')
  .map((shown) => shown.getBoundingClientRect())
  .filter(({ width }) => width > 0)
  .map(({ left, right }) => [left, right])`

describe.skipIf(!inject('chromium'))('for everybody', () => {
  let browser: Browser
  let axe: Served
  /** One page for each look, which goes from address to address. */
  let viewers: readonly (Look & { readonly opened: Opened })[]

  beforeAll(async () => {
    browser = await openBrowser(inject('chromium'))
    axe = await serveAxe()
    viewers = await Promise.all(
      LOOKS.map(async (look) => {
        const options = { colorScheme: look.colorScheme, viewport: { width: look.width, height: 800 }, bypassCSP: true }
        return { ...look, opened: await openPage(browser, 'about:blank', options) }
      }),
    )
  })
  afterAll(async () => {
    await browser?.close()
    await axe?.[Symbol.asyncDispose]()
  })

  /** Serious findings of axe, horizontal scrolling, and errors of the console. */
  async function faultsOf(url: string, now: number): Promise<string[]> {
    const faults: string[] = []
    for (const { colorScheme, opened, rules, width } of viewers) {
      const { page, troubles } = opened
      await page.clock.setFixedTime(now)
      troubles.length = 0
      await page.goto(url)
      const grave = rules === 'none' ? [] : await graveFaults(page, axe.url, rules)
      const excess = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
      const found = [...grave.flat(), ...troubles, ...(excess > 0 ? [`${excess} pixels too wide`] : [])]
      faults.push(...found.map((fault) => `${colorScheme} at ${width}: ${fault}`))
    }
    return faults
  }

  it('axe sees what is wrong', async () => {
    // A page without an address may not load from this machine.
    await using opened = await openPage(browser, axe.url, { bypassCSP: true })
    await opened.page.setContent(
      '<html lang="en"><title>x</title><main><button></button><p style="color:#999;background:#aaa">dim</p></main></html>',
    )
    expect((await graveFaults(opened.page, axe.url)).map(([id]) => id)).toEqual(
      expect.arrayContaining(['button-name', 'color-contrast']),
    )
    expect((await graveFaults(opened.page, axe.url, 'of looks')).map(([id]) => id)).toEqual(['color-contrast'])
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

    it.each([
      { timezoneId: 'America/New_York', span: '24h' },
      { timezoneId: 'Asia/Kolkata', span: '3d' },
    ])('no label of an axis is cut off or touches another on a phone: $span in $timezoneId', async (look) => {
      const options = { locale: 'en-US', timezoneId: look.timezoneId, viewport: { width: 360, height: 800 } }
      await using opened = await openPage(browser, 'about:blank', options)
      const { page } = opened
      await page.clock.setFixedTime(LIVED_IN_UNTIL)
      await page.goto(`${served.url}/timeline?span=${look.span}`)
      // The page is fetched once more, for the zone that the server does not know yet.
      await page.locator('#zone-choice').waitFor()
      await page.waitForLoadState('networkidle')
      const [ends, ...labels] = await page.evaluate<Span[]>(AXIS)
      expect(labels.length).toBeGreaterThan(1)
      let [end] = ends ?? [0, 0]
      for (const [left, right] of labels) {
        expect(left).toBeGreaterThanOrEqual(end)
        end = right
      }
      expect(end).toBeLessThanOrEqual(ends?.[1] ?? 0)
    })

    it.each(['', 'jobs/billing', 'jobs/rebuild-index'])(
      'no table of /%s is cut off or squeezed on a phone',
      async (path) => {
        const options = { locale: 'en-US', timezoneId: 'America/New_York', viewport: { width: 360, height: 800 } }
        await using opened = await openPage(browser, 'about:blank', options)
        const { page } = opened
        await page.clock.setFixedTime(LIVED_IN_UNTIL)
        await page.goto(`${served.url}/${path}`)
        await page.locator('#zone-choice').waitFor()
        expect(await page.locator('main .scroll').count()).toBeGreaterThan(0)
        const cut = `[...document.querySelectorAll('main .scroll')]
        .filter((table) => table.scrollWidth > table.clientWidth)
        .map((table) => table.getAttribute('aria-label'))`
        expect(await page.evaluate(cut)).toEqual([])
        const squeezed = `[...document.querySelectorAll('main th[scope=row] a')]
        .filter((name) => name.getClientRects().length > Math.min(2, name.textContent.split(/[ -]/).length))
        .map((name) => name.textContent)`
        expect(await page.evaluate(squeezed)).toEqual([])
      },
    )

    it('a run that was to come and is over for the clock of the viewer is due, and not ago', async () => {
      await using opened = await openPage(browser, 'about:blank')
      const { page } = opened
      await page.clock.setFixedTime(LIVED_IN_UNTIL + 366 * 86_400_000)
      for (const path of ['', 'jobs', 'jobs/billing']) {
        await page.goto(`${served.url}/${path}`)
        const coming = await page.locator('time[data-distance="due"]').allTextContents()
        expect(coming, path).not.toEqual([])
        for (const text of coming) expect(text).toMatch(/^(due\s\d+\sdays\sago|in\s\d+\sdays)$/)
      }
    })

    it('one run, found from the failures', async () => {
      await using opened = await openPage(browser, `${served.url}/failures?by=time`)
      const link = await opened.page.locator('tbody a[href*="/backup/runs/"]').first().getAttribute('href')
      expect(await faultsOf(`${served.url}${link}`, LIVED_IN_UNTIL)).toEqual([])
      const phone = viewers.find(({ width }) => width === 320)?.opened.page
      const widths = "[...document.querySelectorAll('.message')].map((message) => message.clientWidth)"
      const shown = await phone?.evaluate<number[]>(widths)
      expect(shown).not.toEqual([])
      expect(Math.min(...(shown ?? [0]))).toBeGreaterThan(200)
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
