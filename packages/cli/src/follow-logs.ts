import type { JobView } from '@s3sched/operator'
import { followRuns } from './follow-runs.ts'
import type { FoundRun } from './find-run.ts'
import type { Invocation } from './invocation.ts'
import { logOf, openRunText, runLogText } from './output/run-log-text.ts'
import { plainJson } from './output/plain-text.ts'
import { lookAgain, tellTrouble } from './tell-trouble.ts'

/** A look costs 1 conditional GET, and the requests of the history for a run that may have ended. */
const EVERY_MS = 2000

/** The logs of the last runs of a job, then each log at the end of its run, and news of open runs; until a signal. */
export async function followJobLogs(invocation: Invocation, job: string, limit: number): Promise<never> {
  const { clock, signal } = invocation.io
  const { history } = invocation.operator()
  const onTrouble = (message: string): Promise<void> => tellTrouble(invocation, message)
  const ends = async (): Promise<never> => {
    for await (const run of followRuns(history, { job }, { limit, clock, signal, onTrouble }))
      await invocation.print(invocation.json ? plainJson(logOf(run)) : runLogText(invocation, run))
    throw signal.reason as Error
  }
  const opens = async (): Promise<never> => {
    const news = new OpenRunNews(invocation)
    for (;;) {
      const view = await lookAgain(invocation, () => invocation.operator().job(job, signal))
      if (view !== undefined) await news.tell(view)
      await clock.sleep(EVERY_MS, signal)
    }
  }
  return Promise.race([ends(), opens()])
}

/** Waits for the end of a run, and shows its failed attempts meanwhile. */
export async function untilEnded(invocation: Invocation, found: FoundRun): Promise<FoundRun & { state: 'ended' }> {
  if (found.state === 'ended') return found
  const { clock, signal } = invocation.io
  const operator = invocation.operator()
  const { runId, time } =
    found.state === 'running'
      ? { runId: found.run.runId, time: found.run.scheduledTime }
      : { runId: found.request.id, time: found.request.requestedAt }
  const news = new OpenRunNews(invocation, runId)
  const look = async (): Promise<(FoundRun & { state: 'ended' }) | undefined> => {
    await news.tell(await operator.job(found.job, signal))
    const run = await operator.history.get(found.job, runId, time, { signal })
    return run && { state: 'ended', job: found.job, run }
  }
  for (;;) {
    const ended = await lookAgain(invocation, look)
    if (ended !== undefined) return ended
    await clock.sleep(EVERY_MS, signal)
  }
}

/** Shows each open run once, and again after each failed attempt. */
class OpenRunNews {
  readonly #invocation: Invocation
  readonly #only: string | undefined
  readonly #told = new Set<string>()

  /** @param only - the id of the only run to tell of */
  constructor(invocation: Invocation, only?: string) {
    this.#invocation = invocation
    this.#only = only
  }

  async tell({ running }: JobView): Promise<void> {
    if (this.#invocation.json) return
    for (const run of running) {
      const mark = `${run.runId}/${run.retryAfter?.attempt ?? 0}`
      if (this.#told.has(mark) || (this.#only !== undefined && this.#only !== run.runId)) continue
      this.#told.add(mark)
      await this.#invocation.print(openRunText(this.#invocation, run))
    }
  }
}
