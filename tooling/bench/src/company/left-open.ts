import { createDashboard } from '@s3sched/dashboard'
import { createManualClock } from '@s3sched/kernel/testing'
import { SchedulerPlugin } from '@s3sched/plugin'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Measurement } from '../measurement.ts'
import { countCosts } from '../segments/count-costs.ts'
import { createCompany } from './company.ts'

const SECOND = 1000
const MINUTE = 60_000
/** An event takes so long on its way from the server to the page in this process. */
const EVENT_MS = 5
const MINUTES = 60
/** Minutes of an average month. */
const MONTH = 43_830

/** S3's list prices, in US$. */
const READ_PRICE = 0.4 / 1_000_000
const WRITE_PRICE = 5 / 1_000_000

/**
 * A timeline of seven days of 40 jobs that run each minute, left open for an hour of simulated time: as in a browser, the
 * page is fetched again when the stream of events tells another version. The memory holds the scheduler and its bucket as
 * well; only the growth from the first look on counts, which includes the first look.
 */
export async function leftOpen(): Promise<readonly Measurement[]> {
  const clock = createManualClock(Math.floor(Date.now() / MINUTE) * MINUTE + 5 * SECOND)
  const company = await createCompany(clock)
  await company.prepare(8)
  const options = { store: company.store, jobs: company.jobs, clock, skipColdStart: true, handleSignals: false }
  const scheduler = new SchedulerPlugin(options)
  await scheduler.start()
  await clock.advance(2 * MINUTE)
  const { measure, store } = countCosts(company.store)
  const dashboard = createDashboard(store, { clock })
  const server = createServer((request, response) => void dashboard(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const look = async (): Promise<string> => (await fetch(`${url}/timeline?span=7d&q=minutely`)).text()
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let highest = before
  const note = (): void => void (highest = Math.max(highest, process.memoryUsage().rss))
  const first = await look()
  note()
  const leaving = new AbortController()
  const events = await fetch(`${url}/events`, { signal: leaving.signal })
  let version = ''
  const reading = readVersions(events, (told) => (version = told))
  let [looks, shown] = [0, '']
  const costs = await measure(async () => {
    for (let at = 0; at < MINUTES * MINUTE; at += SECOND) {
      await clock.advance(SECOND)
      await new Promise((resolve) => setTimeout(resolve, EVENT_MS))
      if (version === shown) continue
      shown = version
      looks += 1
      await look()
      note()
    }
  })
  leaving.abort()
  await reading
  await dashboard.close()
  server.closeAllConnections()
  server.close()
  const stopping = scheduler.stop({ timeout: 0 })
  await clock.advance(10 * SECOND)
  await stopping
  const requests = costs.get * READ_PRICE + (costs.list + costs.put) * WRITE_PRICE
  const name = 'timeline of 7 days of all jobs, left open'
  console.error(name, first.length, looks, JSON.stringify(costs))
  return [
    { name: `${name}: fetches of the page an hour`, value: looks, unit: 'fetches' },
    { name: `${name}: GET an hour`, value: costs.get, unit: 'requests' },
    { name: `${name}: LIST an hour`, value: costs.list, unit: 'requests' },
    { name: `${name}: a month`, value: (requests * MONTH) / MINUTES, unit: 'US$', atMost: 1 },
    { name: `${name}: read in an hour`, value: costs.bytes / 1e6, unit: 'MB' },
    { name: `${name}: growth of the resident memory`, value: (highest - before) / 1e6, unit: 'MB', atMost: 150 },
  ]
}

/** Ends with the stream. */
async function readVersions({ body }: Response, onVersion: (version: string) => void): Promise<void> {
  let text = ''
  try {
    for await (const part of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += part
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const [, data] = /^data: (.*)$/m.exec(text.slice(0, end)) ?? []
        if (data !== undefined) onVersion((JSON.parse(data) as { readonly version: string }).version)
        text = text.slice(end + 2)
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
  }
}
