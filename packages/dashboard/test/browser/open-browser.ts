import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const QUIET = ['--disable-background-networking', '--disable-component-update']

/** Pages without a graphics card are drawn in the browser's process as well as in a process of its own. */
const ONE_PROCESS_LESS = ['--in-process-gpu']

/**
 * Each context has a window, and each window prepares two pages for the list below its address bar: half of the CPU of a
 * browser that shows small pages.
 */
const ADDRESS_BAR = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

/** A process in reserve, after each page, for the page of another site. */
const RESERVE = ['SpareRendererForSitePerProcess']

/** Chromium takes the last such list alone, so the list repeats what Playwright switches off. */
const WITHOUT = [
  ...ADDRESS_BAR,
  ...RESERVE,
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
]

/** Every run sees the pages like this viewer, independent of the machine's locale and zone. */
const VIEWER: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin' }

/** The awaited events come at once; a busy machine must not cause a failure. */
export const PATIENCE_MS = 120_000

export function openBrowser(executablePath: string = ''): Promise<Browser> {
  const args = [...FLAGS, ...QUIET, ...ONE_PROCESS_LESS, `--disable-features=${WITHOUT.join()}`]
  return chromium.launch({ executablePath, args })
}

export interface Opened extends AsyncDisposable {
  readonly page: Page
  /** The errors of the page: exceptions, refusals by the content security policy, files that failed to load. */
  readonly troubles: string[]
}

/**
 * A page with a browser context of its own, where nothing is cached. Chromium starts a process for each context, which
 * takes three times the CPU of a page: a test of many pages goes from one to the next in one {@link Opened}.
 */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage({ ...VIEWER, ...options })
  page.setDefaultTimeout(PATIENCE_MS)
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  // A page about a missing thing is a 404, and the console reports the 404 as an error.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) troubles.push(message.text())
  })
  await page.goto(url)
  return { page, troubles, [Symbol.asyncDispose]: () => page.close() }
}
