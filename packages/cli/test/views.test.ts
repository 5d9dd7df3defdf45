import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runWords, withoutIds, type Ended } from './terminal.ts'
import { seedFleet, type SeededFleet } from './seeded-fleet.ts'

let seeded: SeededFleet

beforeAll(async () => {
  seeded = await seedFleet()
})

afterAll(() => seeded.fleet.stopAll())

const run = (words: string, columns?: number): Promise<Ended> => {
  const { fleet, store } = seeded
  const env = { NO_COLOR: '1' }
  const width = columns === undefined ? {} : { columns }
  return runWords([...words.split(' '), 's3://bucket'], { clock: fleet.clock, store, env, ...width })
}

describe('what is shown', () => {
  it.each([
    'status',
    'jobs',
    'job cleanup',
    'job slow',
    'history -n 8',
    'history cleanup --status failed',
    'audit',
    'cost',
    'locks',
  ])('%s', async (words) => {
    const { code, stderr, stdout } = await run(words)
    expect(stderr).toBe('')
    expect(withoutIds(`exit ${code}\n${stdout}`)).toMatchSnapshot()
  })

  it.each([40, 60, 80, 100, 140])('no line of a table is wider than a terminal of %d columns', async (columns) => {
    for (const words of ['status', 'jobs', 'history', 'audit', 'cost']) {
      const { stdout } = await run(words, columns)
      const table = stdout
        .split('\n')
        .filter((line) => /^(?:JOB|SCHEDULED|billing|cleanup|report|slow|2026)/.test(line))
      expect(table.length).toBeGreaterThan(2)
      for (const line of table) expect(line.length, `${words}: ${line}`).toBeLessThanOrEqual(columns)
    }
  })

  it('is the same table, cut, at 60 columns', async () => {
    expect((await run('jobs', 60)).stdout).toMatchSnapshot()
  })

  it('is a history that says why at 80 columns, before it says who and by what id', async () => {
    const { stdout } = await run('history cleanup --status failed', 80)
    expect(stdout).toMatch(/WHY\n2026.* disk full: \/var\/data/)
    expect(stdout).not.toContain('WORKER')
  })
})

describe('--json', () => {
  it.each(['status', 'jobs', 'job slow', 'history -n 2', 'audit', 'cost', 'locks', 'doctor --read-only'])(
    '%s is one document with the fields that are documented',
    async (words) => {
      const { stderr, stdout } = await run(`${words} --json`)
      expect(stderr).toBe('')
      const document = JSON.parse(stdout) as Record<string, unknown>
      expect(document).toMatchObject({ v: 1, command: words.split(' ')[0], store: expect.stringContaining('s3sched/') })
      expect(shapeOf(document)).toMatchSnapshot()
    },
  )

  it('has a failed run with its attempts', async () => {
    const { stdout } = await run('history cleanup --status failed -n 1 --json')
    expect(JSON.parse(stdout)).toMatchObject({ runs: [{ job: 'cleanup', status: 'failed', attempts: [{}, {}] }] })
  })
})

it('shows nothing that a job wrote as anything but text', async () => {
  for (const words of ['status', 'job cleanup', 'history', 'history --json', 'status --json']) {
    const { stdout } = await run(words)
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(stdout, words).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  }
})

it('colours on a terminal that wants colours, and only there', async () => {
  const { fleet, store } = seeded
  const colours = async (env: Record<string, string>, columns: number | undefined, ...more: string[]) => {
    const width = columns === undefined ? {} : { columns }
    const { stdout } = await runWords(['jobs', 's3://bucket', ...more], { clock: fleet.clock, store, env, ...width })
    return stdout.includes('\u001B[')
  }
  expect(await colours({}, 100)).toBe(true)
  expect(await colours({}, undefined)).toBe(false)
  expect(await colours({ NO_COLOR: '1' }, 100)).toBe(false)
  expect(await colours({ TERM: 'dumb' }, 100)).toBe(false)
  expect(await colours({}, 100, '--no-color')).toBe(false)
})

/** The names of the fields, and what they hold. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]))
}
