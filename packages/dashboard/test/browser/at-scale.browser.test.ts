import { setTimeout } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createSampleFleet, type SampleFleet } from '../fleet/sample-fleet.ts'
import { serve, type Served } from '../fleet/serve.ts'
import { firstPaint, weigh } from './first-paint.ts'
import { openBrowser, openPage, type Opened } from './open-browser.ts'

/**
 * The limits of a page at 200 jobs and 10,000 runs. A first paint depends on these numbers, and the numbers are the
 * same on every machine; the time is not.
 */
const MOST = { requests: 5, kilobytes: 32, elements: 1600 }
/** The narrowest phone, in px. */
const NARROW = 320

/** A page that costs the browser nothing: the share of the machine in each first paint. */
const EMPTY = '/empty'
const NOTHING = '<!doctype html><title>Nothing</title><p>Nothing'

const PAGES = [
  '',
  'timeline',
  'timeline?span=30d',
  'jobs',
  'jobs/billing',
  'jobs/billing/runs/bad',
  'jobs/report/calendar',
  'failures',
]

describe.skipIf(!inject('chromium'))('at 200 jobs and 10,000 runs', () => {
  let browser: Browser
  let fleet: SampleFleet
  let dashboard: Dashboard
  let served: Served
  let emptyMs = Number.NaN
  /** The page of the tests that need no page of their own. */
  let shared: Opened

  beforeAll(async () => {
    fleet = await createSampleFleet({ jobs: 200, runs: 10_000 })
    dashboard = createDashboard(fleet.store, { readOnly: false, scheduler: fleet.scheduler })
    served = await serve((req, res) => (req.url === EMPTY ? res.end(NOTHING) : dashboard(req, res)))
    browser = await openBrowser(inject('chromium'))
    shared = await openPage(browser, served.url + EMPTY)
  })

  async function visit(path: string): Promise<Opened> {
    shared.troubles.length = 0
    await shared.page.goto(`${served.url}/${path}`)
    return shared
  }

  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await dashboard?.close()
    await fleet?.[Symbol.asyncDispose]()
  })

  it('an empty page is painted, to compare with', async () => {
    await using opened = await openPage(browser, served.url + EMPTY)
    emptyMs = (await opened.page.evaluate(firstPaint)).paintMs
    console.log(`first paint of an empty page: ${Math.round(emptyMs)} ms`)
    expect(emptyMs).toBeGreaterThan(0)
  })

  it.each(PAGES)('/%s is made of little, and painted soon', async (path) => {
    await using opened = await openPage(browser, `${served.url}/${path}`)
    const paint = await opened.page.evaluate(firstPaint)
    const { elements, kilobytes, requests } = await weigh(opened.page)
    expect(opened.troubles).toEqual([])
    const spans = Object.entries(paint).map(([span, ms]) => `${span} ${Math.round(ms)}`)
    console.log(
      `first paint: /${path} after ${Math.round(paint.paintMs)} ms, ${(paint.paintMs / emptyMs).toFixed(1)} times that of an empty page; ` +
        `${requests} requests, ${kilobytes} KB, ${elements} elements; ${spans.join(', ')}`,
    )
    expect(requests).toBeLessThanOrEqual(MOST.requests)
    expect(kilobytes).toBeGreaterThan(0)
    expect(kilobytes).toBeLessThanOrEqual(MOST.kilobytes)
    expect(elements).toBeLessThanOrEqual(MOST.elements)
    await opened.page.setViewportSize({ width: NARROW, height: 800 })
    const excess = await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(excess, 'pixels too wide').toBe(0)
  })

  it('a job is found by typing a part of its name', async () => {
    const opened = await visit('jobs')
    const rows = opened.page.locator('#jobs tbody tr:visible')
    const pager = opened.page.getByRole('navigation', { name: 'More jobs' })
    expect([await rows.count(), await pager.textContent()]).toEqual([50, expect.stringContaining('Page 1 of 4')])
    const field = opened.page.getByLabel('Name, description or tag')
    await field.fill('billing-1')
    await expect.poll(() => rows.count()).toBe(10)
    expect(await pager.count()).toBe(0)
    await field.fill('')
    await expect.poll(() => rows.count()).toBe(50)
    await pager.getByText('Page 1 of 4').waitFor()
    await field.fill('billing-1')
    await expect.poll(() => rows.count()).toBe(10)
    await opened.page.getByRole('link', { name: 'billing-12', exact: true }).click()
    await opened.page.getByRole('heading', { level: 1, name: 'billing-12' }).waitFor()
  })

  it('a job is paused and resumed, and an open page follows by itself', async () => {
    await using onlooker = await openPage(browser, `${served.url}/jobs/invoice`)
    await onlooker.page.locator('main .mark.is-active').first().waitFor()
    const actor = await visit('jobs/invoice')
    await actor.page.getByRole('link', { name: 'Pause…' }).click()
    await actor.page.getByRole('button', { name: 'Pause it' }).click()
    await actor.page.getByText('The job is paused in the whole fleet').waitFor()
    await onlooker.page.locator('main .mark.is-paused').first().waitFor()
    await actor.page.getByRole('link', { name: 'Resume…' }).click()
    await actor.page.getByRole('button', { name: 'Resume it' }).click()
    await onlooker.page.locator('main .mark.is-active').first().waitFor()
    expect([...actor.troubles, ...onlooker.troubles]).toEqual([])
  })

  it('jobs are found by tag, group and state, and sorted', async () => {
    const opened = await visit('jobs')
    const { page } = opened
    const count = page.locator('main p.note[role="status"]')
    await page.getByLabel('Tag', { exact: true }).selectOption('money')
    await page.getByLabel('Group', { exact: true }).selectOption('database')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => count.textContent()).toBe('14 jobs')
    await page.getByLabel('Sort by', { exact: true }).selectOption('duration')
    await page.getByLabel('Tag', { exact: true }).selectOption('')
    await page.getByLabel('Group', { exact: true }).selectOption('')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => count.textContent()).toBe('200 jobs')
    const medians = await page.locator('#jobs tbody td:nth-child(8)').allTextContents()
    const ms = medians.map((text) => parseFloat(text) * (text.endsWith(' ms') ? 1 : 1000))
    expect(ms).toEqual(ms.toSorted((a, b) => b - a))
    expect(opened.troubles).toEqual([])
  })

  it('many jobs are paused and resumed at once, and one from its row', async () => {
    const opened = await visit('jobs?q=backup-1')
    const { page } = opened
    for (const name of ['backup-11', 'backup-12']) await page.getByRole('checkbox', { name, exact: true }).check()
    await page.getByRole('button', { name: 'Pause chosen…' }).click()
    await page.getByRole('button', { name: 'Pause: 2 jobs' }).click()
    await page.getByText('Paused: 2 jobs.').waitFor()
    await page.getByLabel('State', { exact: true }).selectOption('paused')
    await page.getByRole('button', { name: 'Show' }).click()
    await expect.poll(() => page.locator('#jobs tbody th a').allTextContents()).toEqual(['backup-11', 'backup-12'])
    await page.getByRole('link', { name: 'Resume backup-11' }).click()
    await page.getByRole('button', { name: 'Resume it' }).click()
    await page.getByText('The job is resumed').waitFor()
    expect(opened.troubles).toEqual([])
  })

  it('jobs stay chosen while others are looked for by typing', async () => {
    const opened = await visit('jobs')
    const { page } = opened
    const field = page.getByLabel('Name, description or tag')
    const rows = page.locator('#jobs tbody tr:visible')
    const choose = async (name: string): Promise<void> => {
      await field.fill(name)
      await expect.poll(() => rows.count()).toBe(1)
      await page.getByRole('checkbox', { name, exact: true }).check()
    }
    await choose('billing-11')
    await choose('billing-12')
    await field.fill('billing-1')
    await expect.poll(() => rows.count()).toBe(10)
    expect(await page.locator('#jobs input:checked').count()).toBe(2)
    await choose('billing-13')
    await page.getByRole('button', { name: 'Pause chosen…' }).click()
    await page.getByRole('button', { name: 'Pause: 3 jobs' }).waitFor()
    expect(opened.troubles).toEqual([])
  })

  it('failures are grouped, and filtered by days of the shown zone, which can be switched', async () => {
    const opened = await visit('failures')
    const { page } = opened
    await page.locator('[data-in-zone]', { hasText: 'Europe/Berlin' }).waitFor()
    const first = page.locator('tbody tr').first()
    expect(await first.locator('td.number').textContent()).toMatch(/^\s*\d+ ×\s*$/)
    expect(await first.locator('td time').first().textContent()).toMatch(/CES?T|GMT\+[12]/)
    await page.getByLabel('Times in').selectOption('UTC')
    await page.locator('[data-in-zone]', { hasText: 'UTC' }).waitFor()
    expect(await first.locator('td time').first().textContent()).toMatch(/UTC/)
    await first.locator('td.number a').click()
    await page.getByRole('columnheader', { name: 'Attempts' }).waitFor()
    expect(opened.troubles).toEqual([])
  })

  it('a timeline of five minutes begins where its data begins', async () => {
    const opened = await visit('timeline?span=5m')
    await opened.page.getByLabel('The last', { exact: true }).selectOption('30d')
    await opened.page.getByRole('button', { name: 'Show' }).click()
    await opened.page.getByText('It starts where the data starts').waitFor()
    expect(opened.troubles).toEqual([])
  })

  it('a job leads to those after it by a picture', async () => {
    const opened = await visit('jobs/billing')
    await opened.page.locator('svg.chain a').click()
    await opened.page.getByRole('heading', { level: 1, name: 'report' }).waitFor()
    expect(opened.troubles).toEqual([])
  })

  it('a run is asked for with a context, followed while it talks, cancelled, and asked for again', async () => {
    const { scheduler } = fleet
    await scheduler.addJob('long', {
      schedule: null,
      action: async (_, { log, progress, signal }) => {
        for (let step = 1; !signal.aborted; step++) {
          log(`step ${step}`)
          progress(Math.min(1, step / 100))
          await setTimeout(200, undefined, { signal }).catch(() => undefined)
        }
      },
    })
    const opened = await visit('jobs/long')
    const { page } = opened
    await page.getByRole('link', { name: 'Run now…' }).click()
    await page.getByLabel('Context').fill('{"month": "2026-01"}')
    const pressedAt = performance.now()
    await page.getByRole('button', { name: 'Run it now' }).click()
    await page.locator('main .mark.is-running').waitFor()
    const runningMs = performance.now() - pressedAt
    await page.locator('.log li', { hasText: 'step 3' }).waitFor()
    console.log(`a run was claimed and shown after ${Math.round(runningMs)} ms`)
    await page.getByRole('progressbar').waitFor()
    await page.getByRole('link', { name: 'Cancel…' }).click()
    await page.getByRole('button', { name: 'Cancel its run' }).click()
    await page.getByText('The end of its run was requested').waitFor()
    await page
      .locator('#history tr .mark.is-cancelled, section[aria-labelledby="history"] .mark.is-cancelled')
      .first()
      .waitFor()
    await page.locator('section[aria-labelledby="history"] th a').first().click()
    await page.getByRole('link', { name: 'Run it again…' }).click()
    expect(await page.getByLabel('Context').inputValue()).toContain('2026-01')
    expect(opened.troubles).toEqual([])
  })

  it('a job is run without JavaScript, and the request is on its way', async () => {
    await using opened = await openPage(browser, `${served.url}/jobs/cleanup/run`, { javaScriptEnabled: false })
    await opened.page.getByRole('button', { name: 'Run it now' }).click()
    expect(await opened.page.locator('.banner').textContent()).toContain('A run was requested')
  })
})
