import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { serve, type Served } from '../fleet/serve.ts'

/** Serves axe-core to the pages: the browser keeps the script, and Playwright need not send it to each page anew. */
export function serveAxe(): Promise<Served> {
  return serve((_, res) => {
    res.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=86400' }).end(axe.source)
  })
}

export type Rules = 'all' | 'of looks'

/** The rules whose answer depends on colours, sizes and places. All others read the tree, which each look has in common. */
const OF_LOOKS = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']

/**
 * The serious and critical findings of axe-core. The page must be opened with `bypassCSP`, or the policy blocks axe
 * too.
 */
export async function graveFaults(
  page: Page,
  axeUrl: string,
  rules: Rules = 'all',
): Promise<readonly (readonly [id: string, html: string | undefined])[]> {
  await page.addScriptTag({ url: axeUrl })
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: OF_LOOKS }) }
  const found = await page.evaluate(`axe.run(${JSON.stringify(options)})`)
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
