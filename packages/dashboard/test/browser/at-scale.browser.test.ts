import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard, type Dashboard } from '@s3sched/dashboard'
import { createSampleFleet, type SampleFleet } from '../fleet/sample-fleet.ts'
import { serve, type Served } from '../fleet/serve.ts'
import { openBrowser, openPage } from './open-browser.ts'

/**
 * The limits of a page at 200 jobs and 10,000 runs. A first paint depends on these numbers, and the numbers are the
 * same on every machine; the time is not.
 */
const MOST = { requests: 5, kilobytes: 64, elements: 8000 }
/** The limit of a first paint on a busy machine, ms. The measured time is printed, and is far less. */
const GENEROUS_MS = 10_000

const PAGES = [
  '',
  'timeline',
  'timeline?hours=720',
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

  beforeAll(async () => {
    fleet = await createSampleFleet({ jobs: 200, runs: 10_000 })
    dashboard = createDashboard(fleet.store, { readOnly: false })
    served = await serve(dashboard)
    browser = await openBrowser(inject('chromium'))
  })

  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await dashboard?.close()
    await fleet?.[Symbol.asyncDispose]()
  })

  it.each(PAGES)('/%s is made of little, and painted soon', async (path) => {
    const times: number[] = []
    let weight = { requests: 0, kilobytes: 0, elements: 0 }
    for (let turn = 0; turn < 3; turn++) {
      await using opened = await openPage(browser, `${served.url}/${path}`)
      times.push(await opened.page.evaluate(firstPaint))
      weight = await weigh(opened.page)
      expect(opened.troubles).toEqual([])
    }
    const [best = 0, median = 0] = times.toSorted((a, b) => a - b)
    const { elements, kilobytes, requests } = weight
    console.log(
      `first paint: /${path} after ${Math.round(best)} ms at best, ${Math.round(median)} ms in the middle of three; ` +
        `${requests} requests, ${kilobytes} KB, ${elements} elements`,
    )
    expect(requests).toBeLessThanOrEqual(MOST.requests)
    expect(kilobytes).toBeGreaterThan(0)
    expect(kilobytes).toBeLessThanOrEqual(MOST.kilobytes)
    expect(elements).toBeLessThanOrEqual(MOST.elements)
    expect(best).toBeLessThan(GENEROUS_MS)
  })

  it('a job is found by typing a part of its name', async () => {
    await using opened = await openPage(browser, `${served.url}/jobs`)
    const rows = opened.page.locator('#jobs tbody tr:visible')
    expect(await rows.count()).toBe(200)
    await opened.page.getByLabel('Name or description').fill('billing-1')
    expect(await rows.count()).toBe(10)
    await opened.page.getByRole('link', { name: 'billing-12', exact: true }).click()
    await opened.page.getByRole('heading', { level: 1, name: 'billing-12' }).waitFor()
  })

  it('a job is paused and resumed, and an open page follows by itself', async () => {
    await using onlooker = await openPage(browser, `${served.url}/jobs/invoice`)
    await onlooker.page.locator('main .mark.is-active').first().waitFor()
    await using actor = await openPage(browser, `${served.url}/jobs/invoice`)
    await actor.page.getByRole('link', { name: 'Pause…' }).click()
    await actor.page.getByRole('button', { name: 'Pause it' }).click()
    await actor.page.getByText('The job is paused in the whole fleet').waitFor()
    await onlooker.page.locator('main .mark.is-paused').first().waitFor()
    await actor.page.getByRole('link', { name: 'Resume…' }).click()
    await actor.page.getByRole('button', { name: 'Resume it' }).click()
    await onlooker.page.locator('main .mark.is-active').first().waitFor()
    expect([...actor.troubles, ...onlooker.troubles]).toEqual([])
  })

  it('a job is run without JavaScript, and the request is on its way', async () => {
    await using opened = await openPage(browser, `${served.url}/jobs/cleanup/run`, { javaScriptEnabled: false })
    await opened.page.getByRole('button', { name: 'Run it now' }).click()
    expect(await opened.page.locator('.banner').textContent()).toContain('A run was requested')
  })
})

/** Runs in the page: the time of its first contentful paint, in ms after the navigation began. */
function firstPaint(): Promise<number> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime)
    })
    observer.observe({ type: 'paint', buffered: true })
  })
}

/** The transferred kilobytes and requests of a page, and its number of elements. */
function weigh(page: Page): Promise<{ requests: number; kilobytes: number; elements: number }> {
  return page.evaluate(() => {
    const kinds = ['navigation', 'resource'] as const
    const loaded = kinds.flatMap((kind) => performance.getEntriesByType(kind) as PerformanceResourceTiming[])
    const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    const elements = document.querySelectorAll('*').length
    return { requests: loaded.length, kilobytes: Math.ceil(bytes / 1024), elements }
  })
}
