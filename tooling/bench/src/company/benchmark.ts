import { runCli, type Io, type Out } from '@s3sched/cli'
import { createDashboard } from '@s3sched/dashboard'
import { SchedulerPlugin } from '@s3sched/plugin'
import { systemClock, systemRandom } from '@s3sched/kernel'
import { probeStore, type ObjectStore } from '@s3sched/store'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Measurement } from '../measurement.ts'
import { countCosts, type Costs } from '../segments/count-costs.ts'
import { createCompany, DAYS, type Company } from './company.ts'
import { leftOpen } from './left-open.ts'

/** The time of a request. */
const REQUEST_MS = 50

/**
 * Variables: `S3SCHED_BENCH_ONLY=timeline` measures some rows, `S3SCHED_BENCH_TRACE=1` prints each request.
 *
 * The work of a company's operator, on a bucket of 500 jobs, 120,100 runs a day and 90 days, 50 ms a request. */
export async function benchmark(): Promise<readonly Measurement[]> {
  const company = await createCompany()
  await company.prepare(8)
  const only = process.env['S3SCHED_BENCH_ONLY']
  const results: Measurement[] = []
  for (const [name, atMost, withinMs, work] of ROWS) {
    if (only !== undefined && !name.includes(only)) continue
    if (name.startsWith('audit of 30')) await company.prepare(31)
    const counter = countCosts(distant(company.store))
    const before = process.memoryUsage().rss
    const cpu = process.cpuUsage()
    const costs = await counter.measure(() => work(counter.store, company))
    const { system, user } = process.cpuUsage(cpu)
    results.push(
      { name: `${name}: requests`, value: requestsOf(costs), unit: 'requests', atMost },
      { name: `${name}: time`, value: costs.ms / 1000, unit: 's', atMost: withinMs / 1000 },
      { name: `${name}: CPU`, value: (user + system) / 1e6, unit: 's' },
      { name: `${name}: read`, value: costs.bytes / 1e6, unit: 'MB' },
      { name: `${name}: growth of the resident memory`, value: (process.memoryUsage().rss - before) / 1e6, unit: 'MB' },
    )
    console.error(name, JSON.stringify({ ...costs, cpu: (user + system) / 1e6 }))
  }
  if (only === undefined || 'timeline of 7 days left open'.includes(only)) results.push(...(await leftOpen()))
  return results
}

type Work = (store: ObjectStore, company: Company) => Promise<unknown>

const ROWS: readonly (readonly [name: string, requests: number, ms: number, work: Work])[] = [
  ['status', 20, 1000, (store) => cli(store, ['status'])],
  ['jobs', 20, 1000, (store) => cli(store, ['jobs'])],
  ['overview of the dashboard, cold', 20, 1000, (store) => page(store, '/')],
  ['history over all jobs', 12, 2000, (store) => cli(store, ['history'])],
  ['history --status lost, without a match', 12, 2000, (store) => cli(store, ['history', '--status', 'lost'])],
  ['history --follow, first line', 1000, 3000, (store) => firstLine(store)],
  ['audit --since 1h', 30, 10_000, (store) => cli(store, ['audit', '--since', '1h'])],
  ['audit of 30 days', 400, 90_000, (store) => cli(store, ['audit', '--since', '30d'])],
  ['timeline of 24 h of all jobs, cold', 30, 2000, (store) => page(store, '/timeline?span=24h&q=minutely')],
  ['timeline of 7 days of all jobs, cold', 40, 3000, (store) => page(store, '/timeline?span=7d&q=minutely')],
  ['export --since 20m', 20, 2000, (store) => cli(store, ['export', '--since', '20m'])],
  ['doctor', 60, 10_000, (store) => cli(store, ['doctor'])],
  ['start of an instance', 20, 2000, start],
  ['probe', 60, 10_000, (store) => probeStore(store, {}, { clock: systemClock, random: systemRandom })],
  // A day is over, and its last file written, an hour into the next one.
  ['prune of the oldest of 90 days', 60, 10_000, (store) => cli(store, ['prune', '--older-than', `${DAYS - 2}d`])],
]

async function cli(store: ObjectStore, words: readonly string[], more: Partial<Io> = {}): Promise<void> {
  let text = ''
  const out: Out = { isTerminal: false, columns: Infinity, rows: Infinity, write: async (part) => void (text += part) }
  const io: Io = {
    stdout: out,
    stderr: out,
    readStdin: async () => '',
    env: { S3SCHED_STORE: 'memory://company' },
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    // Many commands share the store.
    openStore: () => ({ ...store, close: async () => undefined }),
    hasFolder: () => false,
    inspectBucket: async () => undefined,
    ...more,
  }
  const code = await runCli(words, io)
  console.error(words.join(' '), code, text.length, text.slice(0, 300))
}

async function firstLine(store: ObjectStore): Promise<void> {
  const enough = new AbortController()
  const stdout: Out = {
    isTerminal: false,
    columns: Infinity,
    rows: Infinity,
    write: async () => enough.abort(new Error('enough')),
  }
  await cli(store, ['history', '--follow'], { stdout, signal: enough.signal })
}

async function page(store: ObjectStore, path: string): Promise<void> {
  const dashboard = createDashboard(store)
  const server = createServer((request, response) => void dashboard(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  const text = await answer.text()
  console.error(path, answer.status, text.length, text.match(/[^.>]*(?:not shown|newest|left out)[^.<]*/i)?.[0])
  await dashboard.close()
  server.closeAllConnections()
  server.close()
}

async function start(store: ObjectStore, { jobs }: Company): Promise<void> {
  const scheduler = new SchedulerPlugin({ store, jobs, handleSignals: false })
  await scheduler.start()
  await scheduler.stop()
}

function requestsOf(costs: Costs): number {
  return costs.get + costs.list + costs.put + costs.delete
}

async function travel(request: string): Promise<void> {
  if (process.env['S3SCHED_BENCH_TRACE'] !== undefined) console.error(request)
  await new Promise((resolve) => setTimeout(resolve, REQUEST_MS))
}

function distant(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async get(key, options) {
      const { range } = options ?? {}
      await travel(`GET ${key}${range === undefined ? '' : ` ${range.start} to ${range.end}`}`)
      return store.get(key, options)
    },
    put: async (key, body, options) => (await travel(`PUT ${key}`), store.put(key, body, options)),
    delete: async (keys, options) => (await travel(`DELETE ${String(keys)}`), store.delete(keys, options)),
    async *list(prefix, options) {
      for await (const part of store.list(prefix, options)) {
        await travel(`LIST ${prefix} ${options?.startAfter ?? ''}`)
        yield part
      }
    },
  }
}
