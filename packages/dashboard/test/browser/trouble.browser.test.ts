import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDashboard } from '@s3sched/dashboard'
import { createManualClock } from '@s3sched/kernel/testing'
import { breakable } from '../fleet/breakable-store.ts'
import { createHostileFleet, EVIL, HOSTILE_PATHS } from '../fleet/hostile-fleet.ts'
import { createSampleFleet, standingClock } from '../fleet/sample-fleet.ts'
import { serve } from '../fleet/serve.ts'
import { openBrowser, openPage, PATIENCE_MS } from './open-browser.ts'

describe.skipIf(!inject('chromium'))('an open page', () => {
  let browser: Browser
  beforeAll(async () => void (browser = await openBrowser(inject('chromium'))))
  afterAll(() => browser?.close())

  it('says that the store is down, keeps what was seen, and recovers by itself', async () => {
    const clock = standingClock()
    await using fleet = await createSampleFleet({ jobs: 3, runs: 10, clock })
    const store = breakable(fleet.store)
    await using dashboard = createDashboard(store.store, { clock })
    await using served = await serve(dashboard)
    await using opened = await openPage(browser, `${served.url}/`)
    const banner = opened.page.getByText('The store does not answer').first()
    await opened.page.locator('#live.is-live').waitFor()
    store.isDown = true
    await clock.advance(60_000)
    await banner.waitFor()
    expect(await opened.page.getByRole('link', { name: 'billing' }).count()).toBeGreaterThan(0)
    store.isDown = false
    await clock.advance(30_000)
    await banner.waitFor({ state: 'detached' })
    await opened.page.locator('#live.is-live').waitFor()
  })

  it('that began while the store was down becomes the page that was asked for', async () => {
    const clock = createManualClock(Date.UTC(2026, 2, 28, 12))
    await using fleet = await createSampleFleet({ jobs: 3, runs: 10, clock })
    const store = breakable(fleet.store)
    store.isDown = true
    await using dashboard = createDashboard(store.store, { clock })
    await using served = await serve(dashboard)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    expect((await page.goto(`${served.url}/jobs`))?.status()).toBe(503)
    store.isDown = false
    // The page may open its stream after the clock has advanced.
    const heading = page.getByRole('heading', { name: 'Jobs' })
    const isShown = async (): Promise<boolean> => {
      await clock.advance(30_000)
      return heading.isVisible()
    }
    await expect.poll(isShown, { timeout: PATIENCE_MS }).toBe(true)
    await page.close()
  })

  it('says that the dashboard itself is away, and goes on when it is back', async () => {
    await using fleet = await createSampleFleet({ jobs: 3, runs: 10 })
    await using dashboard = createDashboard(fleet.store)
    const first = await serve(dashboard)
    await using opened = await openPage(browser, `${first.url}/`)
    await opened.page.locator('#live.is-live').waitFor()
    await first[Symbol.asyncDispose]()
    await opened.page.getByText('The dashboard does not answer').waitFor()
    const second = await serve(dashboard, Number(new URL(first.url).port))
    await opened.page.locator('#live.is-live').waitFor()
    expect(await opened.page.locator('#live').textContent()).toBe('Live')
    await second[Symbol.asyncDispose]()
  })

  it('runs and loads nothing of what jobs wrote, and shows it as text', async () => {
    await using fleet = await createHostileFleet()
    await using dashboard = createDashboard(fleet.store, { readOnly: false })
    await using served = await serve(dashboard)
    const page = await browser.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const seen: string[] = []
    page.on('dialog', (dialog) => {
      seen.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      const { host } = new URL(request.url())
      if (host !== new URL(served.url).host || request.resourceType() === 'image') seen.push(request.url())
    })
    page.on('pageerror', (error) => seen.push(error.message))
    for (const path of HOSTILE_PATHS) {
      await page.goto(`${served.url}/${path}`)
      await page.locator('#live').waitFor()
      expect(
        seen.filter((url) => !url.endsWith('/assets/icon.svg')),
        path,
      ).toEqual([])
      expect(await page.locator('main script, main img').count(), path).toBe(0)
    }
    await page.goto(`${served.url}/jobs/evil/runs/r1`)
    expect(await page.locator('main').textContent()).toContain(EVIL)
    await page.close()
  })

  it('runs no script that somebody smuggled into it', async () => {
    await using fleet = await createSampleFleet({ jobs: 1, runs: 1 })
    await using dashboard = createDashboard(fleet.store)
    await using served = await serve(dashboard)
    await using opened = await openPage(browser, `${served.url}/`)
    await opened.page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'document.title = "smuggled"'
      document.body.append(script)
      document.querySelector('main')?.insertAdjacentHTML('beforeend', '<img src="https://elsewhere.example/x.png">')
    })
    await expect.poll(() => opened.troubles.length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(2)
    expect(opened.troubles.every((trouble) => trouble.includes('Content Security Policy'))).toBe(true)
    expect(await opened.page.title()).not.toBe('smuggled')
  })
})
