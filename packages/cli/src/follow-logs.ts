import type { LogEntry, RunRecord } from '@s3sched/history'
import { messageOf } from '@s3sched/kernel'
import type { JobView } from '@s3sched/operator'
import { followRuns } from './follow-runs.ts'
import type { FoundRun } from './find-run.ts'
import type { Invocation } from './invocation.ts'
import { LeftOut } from './left-out.ts'
import { logOf, openRunText, runLogText } from './output/run-log-text.ts'
import { logLines } from './output/log-lines.ts'
import { plainJson } from './output/plain-text.ts'
import { lookAgain, tellTrouble } from './tell-trouble.ts'

/** A look costs 1 conditional GET, and the requests of the history for a run that may have ended. */
const EVERY_MS = 2000

/**
 * The logs of the last runs of a job, then the lines of open runs as they come, and the rest of each log at the end of
 * its run; until a signal.
 */
export async function followJobLogs(invocation: Invocation, job: string, limit: number): Promise<never> {
  const { clock, signal } = invocation.io
  const { history } = invocation.operator()
  const onTrouble = (message: string): Promise<void> => tellTrouble(invocation, message)
  const leftOut = new LeftOut(invocation)
  const news = new OpenRunNews(invocation)
  const ends = async (): Promise<never> => {
    for await (const run of followRuns(history, { job }, { limit, clock, signal, onTrouble, leftOut }))
      await invocation.print(invocation.json ? plainJson(logOf(run)) : runLogText(invocation, news.untold(run)))
    throw signal.reason as Error
  }
  const opens = async (): Promise<never> => {
    for (;;) {
      const view = await lookAgain(invocation, () => invocation.operator().job(job, signal))
      if (view !== undefined) await news.tell(view)
      await clock.sleep(EVERY_MS, signal)
    }
  }
  return Promise.race([ends(), opens()])
}

/** Waits for the end of a run, and shows its lines and its failed attempts meanwhile. @returns the run, with the rest of its log */
export async function untilEnded(invocation: Invocation, found: FoundRun): Promise<RunRecord> {
  if (found.state === 'ended') return found.run
  const { clock, signal } = invocation.io
  const operator = invocation.operator()
  const { runId, time } =
    found.state === 'running'
      ? { runId: found.run.runId, time: found.run.scheduledTime }
      : { runId: found.request.id, time: found.request.requestedAt }
  const news = new OpenRunNews(invocation, runId)
  const look = async (): Promise<RunRecord | undefined> => {
    await news.tell(await operator.job(found.job, signal))
    const run = await operator.history.get(found.job, runId, time, { signal })
    return run && news.untold(run)
  }
  for (;;) {
    const ended = await lookAgain(invocation, look)
    if (ended !== undefined) return ended
    await clock.sleep(EVERY_MS, signal)
  }
}

/** Shows each open run once, and again after each failed attempt, and the lines of its log as they come. */
class OpenRunNews {
  readonly #invocation: Invocation
  readonly #only: string | undefined
  readonly #told = new Set<string>()
  /** The last told line of each run, as JSON. */
  readonly #last = new Map<string, string>()
  /** False for a reader who may not write: the logs then come at the ends of the runs. */
  #mayAttend = true

  /** @param only - the id of the only run to tell of */
  constructor(invocation: Invocation, only?: string) {
    this.#invocation = invocation
    this.#only = only
  }

  async tell({ running }: JobView): Promise<void> {
    if (this.#invocation.json) return
    const meant = running.filter(({ runId }) => this.#only === undefined || this.#only === runId)
    // The fleet learns of a reader before a run is claimed, so that the first lines come as soon as they are written.
    await this.#attend(this.#only === undefined ? meant.map(({ runId }) => runId) : [this.#only])
    for (const run of meant) {
      const mark = `${run.runId}/${run.retryAfter?.attempt ?? 0}`
      if (!this.#told.has(mark)) await this.#invocation.print(openRunText(this.#invocation, run))
      this.#told.add(mark)
      if (this.#mayAttend) await this.#tellLines(run.runId)
    }
  }

  /** The run with the lines that were not told. */
  untold(run: RunRecord): RunRecord {
    const log = this.#untoldOf(run.runId, run.log ?? [])
    this.#last.delete(run.runId)
    return { ...run, log }
  }

  async #tellLines(runId: string): Promise<void> {
    const { signal } = this.#invocation.io
    const report = await this.#invocation.operator().report(runId, signal)
    const lines = this.#untoldOf(runId, report?.log ?? [])
    for (const line of logLines(this.#invocation, lines)) await this.#invocation.print(`  ${line}`)
    const last = lines.at(-1)
    if (last !== undefined) this.#last.set(runId, JSON.stringify(last))
  }

  /** A long log has lost its first lines: without the last told line, all lines are new. */
  #untoldOf(runId: string, log: readonly LogEntry[]): readonly LogEntry[] {
    const last = this.#last.get(runId)
    return log.slice(log.findLastIndex((entry) => JSON.stringify(entry) === last) + 1)
  }

  async #attend(runIds: readonly string[]): Promise<void> {
    if (!this.#mayAttend) return
    try {
      await this.#invocation.operator().attend(runIds)
    } catch (error) {
      this.#mayAttend = false
      await tellTrouble(this.#invocation, `the logs come at the ends of the runs: ${messageOf(error)}`)
    }
  }
}
