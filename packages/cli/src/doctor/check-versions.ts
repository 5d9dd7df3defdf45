import type { BucketSettings } from '@s3sched/store'
import { counted } from '../output/counted.ts'
import { ok, type Finding } from './finding.ts'

const RULE = 'Add a lifecycle rule that deletes noncurrent versions after a day; the guide "Several instances" has it'

/** The folders of the history, which a rule may delete as a retention would. */
const HISTORY = ['segments/', 'details/', 'history/']
const STATE = "a job's record with its pause and its fence, and the lease, which are still needed"
const RUNS = 'old runs, which no query can read from there'

/**
 * Tells where old versions of often rewritten objects pile up, or are kept by force, and which rules take away objects
 * that are still needed. Pure.
 */
export function checkVersions({
  agingRules = [],
  expiresNoncurrent,
  retentionDays,
  softDeleteDays,
  versioning,
}: BucketSettings): Finding[] {
  const check = 'versions'
  const findings: Finding[] = []
  if (versioning === 'off') findings.push(ok(check, 'old versions are not kept'))
  else if (versioning !== undefined && expiresNoncurrent === true) {
    findings.push(ok(check, 'a rule deletes old versions'))
  } else if (versioning === 'on') {
    const without =
      expiresNoncurrent === undefined
        ? 'whether a rule deletes old versions may not be read'
        : 'no rule deletes old versions'
    const message = `versioning is on, and ${without}: the lease alone leaves 2,880 versions a day at the defaults`
    findings.push({ check, level: 'notice', message, advice: RULE })
  } else if (versioning === 'suspended' && expiresNoncurrent === false) {
    const message = 'versioning is suspended, and no rule deletes the versions from before'
    findings.push({ check, level: 'notice', message, advice: RULE })
  }
  if (retentionDays !== undefined && retentionDays > 0) {
    findings.push({
      check,
      level: 'notice',
      message: `a default retention keeps each object for ${counted(retentionDays, 'day')}: pruning and the rule for old versions free nothing before`,
      advice: 'Use a bucket without a default retention',
    })
  }
  if (softDeleteDays !== undefined && softDeleteDays > 0) {
    findings.push({
      check,
      level: 'notice',
      message: `soft delete keeps each replaced object for ${counted(softDeleteDays, 'day')}, and is paid: the lease alone leaves 2,880 objects a day at the defaults`,
      advice: 'Turn soft delete off for this bucket: an earlier state of a page or a lease is of no use',
    })
  }
  for (const { below, days, does } of agingRules) {
    const isHistory = HISTORY.some((folder) => below.startsWith(folder))
    if (isHistory && does === 'delete') continue
    const what = below === '' ? 'each object' : `each object below ${below}`
    findings.push({
      check,
      level: 'problem',
      message: `a rule ${does === 'delete' ? 'deletes' : 'archives'} ${what} ${counted(days, 'day')} after its last write: ${isHistory ? RUNS : STATE}`,
      advice: `Take this prefix out of the rule: only ${HISTORY.join(', ')} may have one that deletes, no shorter than historyRetention`,
    })
  }
  return findings
}
