import { audit } from '@s3sched/plugin'
import { createOperator } from '@s3sched/plugin/operator'
import { BY_HAND, type Change, type Ledger } from '../ledger.ts'
import { checkReading, type ShownRun } from './check-reading.ts'
import type { Evidence } from './check-run.ts'
import { recordedRuns } from './recorded-runs.ts'

/** The product's own audit has to come to the same verdict. */
export async function checkAudit(ledger: Ledger): Promise<string[]> {
  const audited = await audit(ledger.as('audit'), { prefix: '' })
  const broken = audited
    .filter(({ doubled, job, unaccounted }) => doubled + unaccounted > 0 && !isDeletedByHand(job, ledger.changes))
    .map(({ doubled, job, unaccounted }) => `audit: of ${job} ${unaccounted} unaccounted for, ${doubled} doubled`)
  const problems = audited.flatMap(({ job, problem }) => (problem === null ? [] : [`audit: ${job}: ${problem}`]))
  return [...broken, ...problems]
}

/** The product's reader shows each run once, wherever the run lies. */
export async function checkExport(ledger: Ledger, evidenceOf: () => Evidence): Promise<string[]> {
  const operator = createOperator(ledger.as('reader'), { prefix: '' })
  const shown: ShownRun[] = []
  for await (const line of operator.history.exportRuns()) shown.push(JSON.parse(line) as ShownRun)
  const evidence = evidenceOf()
  const mayLack = (job: string): boolean => isDeletedByHand(job, evidence.changes)
  return checkReading(shown, recordedRuns(evidence.changes), { ...evidence, mayLack })
}

/**
 * A restored page may lack ticks settled, and outcomes written, by other instances, so that an audit and a reader say
 * nothing about the job.
 */
function isDeletedByHand(job: string, changes: readonly Change[]): boolean {
  return changes.some(({ client, jobs }) => client === BY_HAND && jobs.some((write) => write.job === job))
}
