import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const QUIET = ['--disable-background-networking', '--disable-component-update']

/** Whoever is on the machine that looks at the pages sees them as this person does. */
const VIEWER: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/Berlin' }

/** What is waited for happens at once; a machine that is busy with anything else must not make it a failure. */
export const PATIENCE_MS = 90_000

export function openBrowser(executablePath: string = ''): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...FLAGS, ...QUIET] })
}

export interface Opened extends AsyncDisposable {
  readonly page: Page
  /** What went wrong in it: exceptions, refusals by the content security policy, files that could not be loaded. */
  readonly troubles: string[]
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage({ ...VIEWER, ...options })
  page.setDefaultTimeout(PATIENCE_MS)
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  // A page about what is not there is a 404, which the console tells as an error.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('404')) troubles.push(message.text())
  })
  await page.goto(url)
  return { page, troubles, [Symbol.asyncDispose]: () => page.close() }
}

/** What axe-core calls serious or critical. The page must have been opened with `bypassCSP`, or axe is kept out, too. */
export async function graveFaults(page: Page): Promise<readonly (readonly [id: string, html: string | undefined])[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate('axe.run()')
  const { violations } = found as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        [id, nodes.map(({ failureSummary, html }) => `${html}: ${failureSummary}`).join('\n')] as const,
    )
}
