/** The program as a person uses it, on a store of whatever kind: one suite for the file store and for a real S3 server. */
import { silentLogger } from '@s3sched/kernel'
import { createLock, type Lease } from '@s3sched/lock'
import { SchedulerPlugin } from '@s3sched/plugin'
import { openStore, scopeStore, type ObjectStore } from '@s3sched/store'
import { takeShare } from '@s3sched-tooling/vitest/share-of'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exited, hasTerminal, runInTerminal, startInTerminal, type Exited, withoutProgress } from './spawn-bin.ts'

const COLUMNS = 78
// oxlint-disable-next-line no-control-regex -- the colours
const ESCAPES = /\u001B\[[\d;]*m|\r/g

const textOf = (output: string): string => withoutProgress(output).replaceAll(ESCAPES, '')

/** The first ones show tables, foreign text, progress and both kinds of ends. */
const COMMANDS = [
  ['status', 1, /Leader +web-1, epoch 1/],
  ['jobs', 0, /^JOB +STATE/m],
  ['history failing --status failed --since 1h', 0, /no such customer/],
  ['locks', 0, /^deploy +held +deployer/m],
  ['doctor', 0, /conditional writes hold, also for 8 writers at once/],
  ['job biling', 1, /s3sched: Job 'biling' not found\. Did you mean 'billing'\?/],
  ['job billing', 0, /Runs +1 \(1 success\), 100% of what ran succeeded/],
  ['history', 0, /^SCHEDULED +JOB +STATUS/m],
  ['audit', 0, /No tick was due/],
  ['cost', 0, /^the fleet, idle +1 /m],
  ['export failing --format csv', 0, /failing,failed/],
  ['pause billing', 0, /Paused\. The leader notices/],
  ['resume billing', 0, /Resumed\. The leader notices/],
  ['run billing --wait 2m', 0, /Ended: success/],
  ['cancel billing', 1, /Nothing of job 'billing' runs/],
  ['prune --older-than 30d', 0, /Deleted 0 runs/],
  ['next @daily -n 2', 0, /00:00:00Z/],
  ['completion bash', 0, /complete -o default -F _s3sched s3sched/],
] as const

/** @param connect - makes an empty place, and says how it is reached */
export function describeInATerminal(connect: () => Promise<string>): void {
  let connection: string
  let scheduler: SchedulerPlugin<unknown>
  let store: ObjectStore
  let lease: Lease | undefined

  const inTerminal = (line: string): Promise<Exited> => runInTerminal(line, COLUMNS, { S3SCHED_STORE: connection })

  beforeAll(async () => {
    connection = await connect()
    scheduler = new SchedulerPlugin<unknown>({
      store: connection,
      workerId: 'web-1',
      skipColdStart: true,
      heartbeatInterval: 2000,
      logger: silentLogger,
      jobs: {
        billing: { schedule: '0 0 1 1 *', description: 'Sends the invoices', action: () => ({ sent: 3 }) },
        failing: { schedule: null, action: () => Promise.reject(new Error('no such customer\u001B[2J')) },
        slow: {
          schedule: null,
          timeout: 0,
          action: (_, { signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
        },
      },
    })
    await scheduler.start()
    await scheduler.runJob('billing')
    await scheduler.runJob('failing').catch(() => undefined) // it is there to fail
    store = openStore(connection)
    const taken = await createLock(scopeStore(store, 's3sched/'), 'deploy', { holder: 'deployer' }).acquire()
    lease = taken.outcome === 'acquired' ? taken.lease : undefined
  })

  afterAll(async () => {
    await lease?.release()
    await store?.close()
    await scheduler?.stop({ timeout: 0 })
  })

  describe.skipIf(!hasTerminal)('in a terminal', () => {
    it.each(takeShare('commands', COMMANDS))('%s', async (words, code, shown) => {
      const ended = await inTerminal(`s3sched ${words}`)
      const text = textOf(ended.stdout)
      expect(text).toMatch(shown)
      expect(ended.code, text).toBe(code)
      expect(text).not.toMatch(/\n\s+at .*:\d+:\d+/)
      // oxlint-disable-next-line no-control-regex -- what a job wrote must not reach the terminal as more than text
      expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
      for (const row of text
        .split('\n')
        .filter((line) => /^(?:JOB|SCHEDULED|LOCK|billing|failing|slow|20\d\d-)/.test(line))) {
        expect(words.startsWith('export') ? 0 : row.length, row).toBeLessThanOrEqual(COLUMNS)
      }
    })

    it('a run is asked for, seen, told to end, and waited for', async () => {
      const started = new Promise<string>((resolve) => {
        scheduler.on('jobStarted', ({ jobName, runId }) => jobName === 'slow' && resolve(runId))
      })
      const waiting = inTerminal('s3sched run slow --wait 5m')
      const runId = await started
      const seen = await inTerminal('s3sched job slow')
      expect(textOf(seen.stdout)).toContain(`Running: ${runId}`)
      expect(await inTerminal('s3sched cancel slow')).toMatchObject({ code: 0 })
      const { code, stdout } = await waiting
      const text = textOf(stdout)
      expect(text).toMatch(/Requested: run \S+\.\n.*Ended: cancelled/s)
      expect(text).toContain(runId)
      expect(code).toBe(1)
    })

    it('Ctrl-C is the ordinary end of what follows and of what serves', async () => {
      for (const [line, seen] of [
        ['history failing --follow', 'failed'],
        ['dashboard --port 0', 'http://127.0.0.1'],
      ] as const) {
        const child = startInTerminal(`s3sched ${line}; echo "[$?]"`, COLUMNS, { S3SCHED_STORE: connection })
        let shown = ''
        child.stdout?.on('data', (text: Buffer) => {
          const before = shown.includes(seen)
          shown += text.toString()
          if (!before && shown.includes(seen)) child.stdin?.write('\u0003')
        })
        await exited(child)
        expect(textOf(shown), line).toMatch(/\[0\]\s*$/)
        expect(shown, line).not.toContain('interrupted')
      }
    })
  })
}
