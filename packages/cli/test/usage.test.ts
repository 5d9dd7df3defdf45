import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createManualClock, createSeededRandom } from '@s3sched/kernel/testing'
import { createMemoryStore } from '@s3sched/store'
import { BrokenPipe } from '../src/ending.ts'
import { runCli } from '../src/index.ts'
import { runWords, type Ended } from './terminal.ts'

const clock = createManualClock(Date.UTC(2026, 2, 1))
const run = (...words: string[]): Promise<Ended> => runWords(words, { clock, store: createMemoryStore({ clock }) })

it.each([
  [['status'], 'no store was given, and there is no folder .s3sched here. Write s3sched status s3://bucket'],
  [['status', 'bucket'], "unexpected argument 'bucket'"],
  [['status', 's3://a', 's3://b'], 'expected one store, got s3://a and s3://b'],
  [['status', 's3://a', '--store', 's3://b'], 'the store was given twice'],
  [['stauts'], "unknown command 'stauts'"],
  [['status', '--jsno'], "unknown option '--jsno'"],
  [['job', 's3://a'], 'expected NAME'],
  [['job', 'a', 'b', 's3://a'], "unexpected argument 'b'"],
  [['history', '--status', 'faild', 's3://a'], "Did you mean 'failed'?"],
  [['history', '--status', 'timeout lost', 's3://a'], 'Separate several statuses by commas'],
  [['history', '--since', 'yesterday', 's3://a'], 'expected --since to be how long ago (30m, 2d, 1h30m)'],
  [['history', '--since', '1d', '--until', '2d', 's3://a'], 'expected --until not to be before --since'],
  [['history', '--follow', '--until', '1d', 's3://a'], '--until makes no sense with it'],
  [['history', '--limit', '0', 's3://a'], 'expected --limit to be a whole number from 1 to 1000'],
  [['status', '--tz', 'Mars/Phobos', 's3://a'], 'expected --tz to be a time zone'],
  [['status', '--tz', '', 's3://a'], "expected --tz to be a time zone such as Europe/Berlin or UTC, got ''"],
  [['status', '--tz', 'BST', 's3://a'], "got 'BST'. Abbreviations name no zone: write 'Europe/London'"],
  [['run', 'a', '--context', '[1]', 's3://a'], 'expected --context to be a JSON object'],
  [['run', 'a', '--context', '{', 's3://a'], 'expected --context to be JSON'],
  [['prune', 's3://a'], 'expected --older-than'],
  [['prune', 'billing', '--older-than', '1d', 's3://a'], "unexpected argument 'billing'. A store is written like"],
  [['prune', '--older-than', 'old', 's3://a'], 'expected --older-than to be a duration'],
  [['export', '--format', 'xml', 's3://a'], 'expected --format to be ndjson, csv or parquet'],
  [['next'], "expected 'EXPR'"],
  [['next', '61 * * * *'], '61'],
  [['next', '*', 'README.md', '*', '*', '*'], "Put it into quotes: 'EXPR'"],
  [['next', 'every soon'], 'soon'],
  [['next', 'billing'], "'billing': it has 1 field, not 5 or 6. Add --job where it is the name of a job"],
  [['import', 'cron', 'jobs.txt'], "expected crontab or k8s, and a file, got 'cron'"],
  [['import', 'crontab'], 'expected a file after crontab, or - for standard input'],
  [['cost', '--put-price', 'much', 's3://a'], 'expected --put-price to be a number of dollars'],
  [['completion', 'tcsh'], 'expected one of bash, zsh, fish'],
  [['job', 'x'.repeat(129), 's3://a'], 'expected a job name'],
])('refuses %j in one line, with 2', async (words, message) => {
  const { code, stderr, stdout } = await run(...words)
  expect(stderr).toContain(message)
  expect(stderr).toMatch(/^s3sched: /)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})

it('takes the folder .s3sched where no store was given, and says so without --json', async () => {
  const store = createMemoryStore({ clock })
  const inFolder = (words: string[], env: Record<string, string> = {}): Promise<Ended> =>
    runWords(words, { clock, store, folders: ['.s3sched'], env })
  expect((await inFolder(['jobs'])).stderr).toBe(
    's3sched: no store was given: using file://.s3sched in the working directory\n',
  )
  for (const words of [
    ['jobs', '--json'],
    ['jobs', 's3://a'],
    ['jobs', '--store', 's3://a'],
    ['next', '* * * * *'],
  ]) {
    expect({ words, ...(await inFolder(words)) }).toMatchObject({ stderr: '' })
  }
  expect((await inFolder(['jobs'], { S3SCHED_STORE: 's3://a' })).stderr).toBe('')
  const empty = await inFolder(['jobs'], { S3SCHED_STORE: '' })
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('an empty store was given') })
})

it('says with --json what was wrong, as JSON, on standard error', async () => {
  const { code, stderr } = await run('job', '--json', 's3://a')
  expect(code).toBe(2)
  expect(JSON.parse(stderr)).toEqual({ v: 1, error: { code: 'USAGE', message: 'expected NAME', exitCode: 2 } })
})

it('says so of an unknown option, too', async () => {
  const { code, stderr } = await run('jobs', '--json', '--al', 's3://a')
  expect(code).toBe(2)
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', message: expect.stringContaining("'--al'") } })
})

it('never shows the secrets of a connection string', async () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG'
  const connection = `s3://AKIAEXAMPLE:${encodeURIComponent(secret)}@?sessionToken=tokentoken`
  for (const extra of [[], ['--debug'], ['--json']]) {
    const { code, stderr, stdout } = await runWords(['status', connection, ...extra], { clock })
    expect(code).toBe(2)
    for (const text of [secret, encodeURIComponent(secret), 'tokentoken']) expect(stdout + stderr).not.toContain(text)
  }
})

it('ends with its code also when nobody hears why', async () => {
  const gone = { isTerminal: true, columns: 80, rows: 24, write: () => Promise.reject(new BrokenPipe()) }
  const { signal } = new AbortController()
  const readStdin = async (): Promise<string> => ''
  const hasFolder = (): boolean => false
  const io = { hasFolder, stdout: gone, stderr: gone, readStdin, env: {}, clock, random: createSeededRandom(1), signal }
  expect(
    await runCli(['stauts'], { ...io, openStore: () => createMemoryStore(), inspectBucket: async () => undefined }),
  ).toBe(141)
  expect(
    await runCli(['job', 's3://a'], {
      ...io,
      openStore: () => createMemoryStore(),
      inspectBucket: async () => undefined,
    }),
  ).toBe(2)
})

it('shows a stack with --debug only', async () => {
  expect((await run('job', 'x', 's3://a')).stderr).not.toContain('    at ')
  expect((await run('job', 'x', 's3://a', '--debug')).stderr).toContain('    at ')
})

it.each([['--help'], ['status', '--help'], ['--version']])('answers %s with 0', async (...words) => {
  const { code, stderr, stdout } = await run(...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.length).toBeGreaterThan(4)
})

it('lists every command, and the exit codes, in its help', async () => {
  expect((await run('--help')).stdout).toMatchSnapshot('of all')
  expect((await run('history', '--help')).stdout).toMatchSnapshot('of one')
})

it('shows its help, and ends with 2, when it is told nothing', async () => {
  expect(await run()).toMatchObject({ code: 2, stdout: '' })
})

it.each(['bash', 'zsh', 'fish'])('completes commands and options in %s', async (shell) => {
  const { code, stdout } = await run('completion', shell)
  expect(code).toBe(0)
  expect(stdout).toContain('doctor')
  expect(stdout).toMatch(/--failed-older-than|-l failed-older-than/)
})

it('points out the clock changes between the ticks', async () => {
  const next = (...words: string[]): Promise<Ended> => run('next', ...words, '--tz', 'Europe/Berlin')
  expect((await next('30 2 * * *', '--from', '2026-03-27', '-n', '3')).stdout).toMatchSnapshot('a gap')
  expect((await next('*/30 * * * *', '--from', '2026-10-24T23:30Z', '-n', '6')).stdout).toMatchSnapshot(
    'a repeated hour',
  )
  const { stdout } = await next('30 2 * * *', '--from', '2026-03-28T12:00Z', '-n', '1', '--json')
  expect(JSON.parse(stdout)).toMatchObject({
    ticks: [{ at: Date.UTC(2026, 2, 29, 1), moved: true }],
    clockChanges: [{ at: Date.UTC(2026, 2, 29, 1), before: 60, after: 120 }],
  })
})

describe('next with rules', () => {
  const next = (...words: string[]): Promise<Ended> => run('next', ...words, '--json')
  const daysOf = ({ stdout }: Ended): string[] =>
    (JSON.parse(stdout) as { ticks: { at: number }[] }).ticks.map(({ at }) => new Date(at).toISOString().slice(0, 10))
  const christmas = ['0 9 * * *', '--from', '2026-12-23', '-n', '3']

  it('leaves out days, ranges and times of an expression', async () => {
    const excluded = ['--exclude', '2026-12-24', '2026-12-26..2026-12-28', '* * 30 12 *']
    expect(daysOf(await next(...christmas, ...excluded))).toEqual(['2026-12-23', '2026-12-25', '2026-12-29'])
  })

  it('ends with a day, moves excluded ticks, and tells the rules', async () => {
    expect(daysOf(await next(...christmas, '--until', '2026-12-24'))).toEqual(['2026-12-23', '2026-12-24'])
    const moved = await next(
      '0 9 25 12 *',
      '--from',
      '2026-12-23',
      '-n',
      '1',
      '--exclude',
      '2026-12-25',
      '--on-excluded',
      'previous',
    )
    expect(daysOf(moved)).toEqual(['2026-12-24'])
    expect(JSON.parse(moved.stdout)).toMatchObject({ schedule: '0 9 25 12 *, previous on 2026-12-25' })
    expect(await run('next', ...christmas, '--until', '2026-12-22')).toMatchObject({
      code: 1,
      stdout: "'0 9 * * *, until 2026-12-22' never fires again.\n",
    })
  })

  it('reads a calendar', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'calendar-')), 'italy.json')
    writeFileSync(file, JSON.stringify({ dates: ['2026-12-24'], timezone: 'Europe/Rome' }))
    expect(daysOf(await next(...christmas, '--calendar', file))).toEqual(['2026-12-23', '2026-12-25', '2026-12-26'])
    writeFileSync(file, '{}')
    expect(await run('next', '@daily', '--calendar', file)).toMatchObject({ code: 2 })
    expect((await run('next', '@daily', '--calendar', `${file}.gone`)).stderr).toContain("can't be read")
  })

  it.each([
    [['@daily', '--on-excluded', 'later'], 'expected --on-excluded to be skip, next-working-day or previous'],
    [['@daily', '--exclude', '2026-02-30'], 'No calendar has this day'],
    [['billing', '--job', '--until', '2026-12-24'], 'expected --job without rules'],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await run('next', ...words)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

it('tells when an interval fires, as the tables write it', async () => {
  const { code, stdout } = await run('next', 'every 15m', '--from', '2026-03-01T08:03Z', '-n', '2')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^every 15m in UTC\n2026-03-01 08:15:00Z .*\n2026-03-01 08:30:00Z/)
})

it('takes the options of all commands at any place of the line', async () => {
  for (const words of [
    ['--json', '--tz', 'Europe/Berlin', 'next', '@daily', '-n', '1'],
    ['next', '--tz=Europe/Berlin', '@daily', '-n', '1', '--json'],
    ['next', '@daily', '--json', '-n', '1', '--tz', 'Europe/Berlin'],
  ]) {
    const { code, stdout } = await run(...words)
    expect(code, words.join(' ')).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ command: 'next', timezone: 'Europe/Berlin' })
  }
})

it('says that a schedule never fires, with 1', async () => {
  expect(await run('next', '0 0 30 2 *')).toMatchObject({ code: 1, stdout: "'0 0 30 2 *' never fires again.\n" })
})
