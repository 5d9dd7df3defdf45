import type { Page } from 'playwright-core'

/** The parts of a first paint, in ms after the navigation began. */
export interface Paint {
  readonly paintMs: number
  readonly askedMs: number
  readonly answeredMs: number
  readonly receivedMs: number
  /** The style sheet has come; nothing is painted before. */
  readonly styledMs: number
  readonly parsedMs: number
}

/** Runs in the page: the time of its first contentful paint, and of what comes before. */
export function firstPaint(): Promise<Paint> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name !== 'first-contentful-paint') continue
        const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
        const style = loaded.find((resource) => resource.name.endsWith('.css'))
        const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
        resolve({
          paintMs: startTime,
          askedMs: navigation?.requestStart ?? 0,
          answeredMs: navigation?.responseStart ?? 0,
          receivedMs: navigation?.responseEnd ?? 0,
          styledMs: style?.responseEnd ?? 0,
          parsedMs: navigation?.domInteractive ?? 0,
        })
      }
    })
    observer.observe({ type: 'paint', buffered: true })
  })
}

/** The transferred kilobytes and requests of a page, and its number of elements. */
export function weigh(page: Page): Promise<{ requests: number; kilobytes: number; elements: number }> {
  return page.evaluate(() => {
    const kinds = ['navigation', 'resource'] as const
    const loaded = kinds.flatMap((kind) => performance.getEntriesByType(kind) as PerformanceResourceTiming[])
    const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    const elements = document.querySelectorAll('*').length
    return { requests: loaded.length, kilobytes: Math.ceil(bytes / 1024), elements }
  })
}
