import type { HistoryProblem } from '@s3sched/history'
import { parseOutcome, type LivePages, type PageOutcome, type PageOutcomes } from '@s3sched/history/segments'
import type { PageView } from '@s3sched/ledger'
import type { JobRecord } from '../record/job-record.ts'
import { pageKeyOf, type JobLedger } from './job-pages.ts'

/** The first page has no name in a ledger; segments need one. */
const ROOT = 'root'

/** The name of a page in the keys of segments. */
export function segmentPageOf(page: string): string {
  return page === '' ? ROOT : page
}

/** The outcomes in a page, oldest first. Entries of other kinds are left out. */
export function outcomesIn(page: PageView<JobRecord>): PageOutcome[] {
  const outcomes: PageOutcome[] = []
  for (const { id, text } of page.entries()) {
    const outcome = parseOutcome(id, text)
    if (outcome !== undefined) outcomes.push(outcome)
  }
  return outcomes
}

/** The newest outcomes of runs, which lie in the pages beside the job records. */
export class LiveOutcomes implements LivePages {
  readonly #ledger: JobLedger
  readonly #waiting: () => readonly PageOutcome[]
  readonly #isFresh: boolean
  /** True once all pages are known; a new page comes from a split of a known page. */
  #isComplete = false

  /**
   * @param waiting - the outcomes of this process that are in no page yet
   * @param isFresh - the caller has just read all pages, and wants their outcomes as of then
   */
  constructor(ledger: JobLedger, waiting: () => readonly PageOutcome[] = () => [], isFresh: boolean = false) {
    this.#ledger = ledger
    this.#waiting = waiting
    this.#isFresh = isFresh
  }

  /**
   * Brings the pages of the jobs up to date: 1 conditional GET for each; 1 LIST before the first query of all jobs.
   * @throws StoreError
   */
  async refresh(
    jobs: readonly string[] | undefined,
    {
      refresh = true,
      signal,
    }: { readonly refresh?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    signal?.throwIfAborted()
    if (this.#isFresh || (!refresh && this.#isKnown(jobs))) return
    const ledger = this.#ledger
    if (jobs !== undefined) await ledger.look(jobs.map((job) => ledger.pageOf(job)))
    else if (this.#isComplete) await ledger.look()
    else {
      for await (const _ of ledger.pages()) break
      this.#isComplete = true
    }
    signal?.throwIfAborted()
  }

  pages(jobs?: readonly string[]): readonly PageOutcomes[] {
    const pages = this.#viewsOf(jobs).map((page) => ({ page: segmentPageOf(page.name), outcomes: outcomesIn(page) }))
    const waiting = this.#waiting().map((outcome) => ({
      page: segmentPageOf(this.#ledger.pageOf(outcome.run.job)),
      outcomes: [outcome],
    }))
    return [...pages, ...waiting]
  }

  /** The pages of the jobs, and the pages that these were split from. */
  pagesOf(jobs?: readonly string[]): readonly string[] {
    const names = new Set<string>()
    for (const page of jobs === undefined ? this.#names() : jobs.map((job) => this.#ledger.pageOf(job))) {
      for (let depth = 0; depth <= page.length; depth++) names.add(segmentPageOf(page.slice(0, depth)))
    }
    return [...names]
  }

  /** The unreadable pages, of the jobs or of all. */
  problems(jobs?: readonly string[]): readonly HistoryProblem[] {
    const wanted = jobs && new Set(jobs.map((job) => this.#ledger.pageOf(job)))
    return [...this.#ledger.unreadablePages()]
      .filter(([page]) => wanted?.has(page) ?? true)
      .map(([page, problem]) => ({ key: pageKeyOf(page), problem: `${problem}; its runs are left out` }))
  }

  #isKnown(jobs: readonly string[] | undefined): boolean {
    const ledger = this.#ledger
    return jobs?.every((job) => ledger.knownPage(ledger.pageOf(job)) !== undefined) ?? this.#isComplete
  }

  *#names(): Generator<string> {
    for (const { name } of this.#ledger.knownPages()) yield name
  }

  #viewsOf(jobs: readonly string[] | undefined): PageView<JobRecord>[] {
    if (jobs === undefined) return [...this.#ledger.knownPages()]
    const names = new Set(jobs.map((job) => this.#ledger.pageOf(job)))
    return [...names].flatMap((name) => this.#ledger.knownPage(name) ?? [])
  }
}
