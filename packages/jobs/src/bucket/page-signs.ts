import type { Reading } from '@s3sched/kernel'
import type { JobLedger } from './job-pages.ts'
import { undecided } from './record-errors.ts'
import type { RecordReader } from './record-reader.ts'

/** The signs of instances on the pages of jobs: the number of the last commit of each instance on each page. */
export class PageSigns {
  readonly #ledger: JobLedger
  readonly #reader: Pick<RecordReader, 'unreadable'>
  /** When the last landed commit of this process on each page was sent. */
  readonly #signedAt = new Map<string, Reading>()

  constructor(ledger: JobLedger, reader: Pick<RecordReader, 'unreadable'>) {
    this.#ledger = ledger
    this.#reader = reader
    ledger.on('committed', ({ page, sentAt }) => void this.#signedAt.set(page, sentAt))
  }

  /**
   * The last sign of an instance on the job's page, as last read: a text that changes with each commit of the instance.
   * No request.
   */
  of(name: string, instance: string): string {
    const page = this.#ledger.pageOf(name)
    return signText(page, this.#ledger.knownPage(page)?.signOf(instance))
  }

  /** When the last sign of this process on the job's page was sent; `undefined` for none. */
  sentAt(name: string): Reading | undefined {
    const page = this.#ledger.pageOf(name)
    // A page that was just split has the sign of the page before.
    for (let depth = page.length; depth >= 0; depth--) {
      const sentAt = this.#signedAt.get(page.slice(0, depth))
      if (sentAt !== undefined) return sentAt
    }
    return undefined
  }

  /** Commits the job's page, with the changes that wait for the page: 1 PUT. @throws SchedulerError; StoreError */
  async sign(name: string): Promise<void> {
    const answer = await this.#ledger.sign(this.#ledger.pageOf(name))
    if (answer.outcome === 'unreadable') throw this.#reader.unreadable(name, answer.problem)
    if (answer.outcome === 'unknown') throw undecided(name, answer.cause)
  }
}

/** A text that changes with each commit of an instance on a page. */
export function signText(page: string, seq: number | undefined): string {
  return `${page} ${seq ?? ''}`
}
