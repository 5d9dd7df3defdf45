import type { Logger } from '@s3sched/kernel'
import type { LocalJob } from '../definition/local-job.ts'
import type { JobLedger } from './job-pages.ts'

interface Deps {
  readonly logger: Logger
  readonly localJob?: (name: string) => LocalJob | undefined
  readonly onOtherTicks?: (name: string) => void
}

/** Writes each lost page again at once, so that other instances find the records. */
export function putBackLostPages(ledger: JobLedger, deps: Deps): void {
  ledger.on('lost', ({ known, page }) => {
    deps.logger.error(
      `page '${page || 'root'}' with the records of ${known} jobs is gone: it is written again, as it was last known here`,
    )
    void putBack(ledger, page, deps)
  })
}

async function putBack(ledger: JobLedger, page: string, { localJob, logger, onOtherTicks }: Deps): Promise<void> {
  try {
    await ledger.sign(page)
  } catch (error) {
    logger.error('a page of job records could not be written again yet', { error })
    return
  }
  // Between the loss and this write, a look at all jobs saw none of the page.
  for (const name of ledger.knownPage(page)?.keys() ?? []) {
    if (localJob?.(name) !== undefined) onOtherTicks?.(name)
  }
}
