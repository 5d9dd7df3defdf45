import type { LogEntry } from '@s3sched/history'
import type { Invocation } from '../invocation.ts'
import { plainText } from './plain-text.ts'

/** The stored log of a run: one line an entry, with its attempt where there were several. */
export function logLines(invocation: Invocation, log: readonly LogEntry[]): string[] {
  const isSeveral = log.some(({ attempt }) => attempt > 1)
  return log.map(({ at, attempt, fields, message }) => {
    const which = isSeveral ? `#${attempt} ` : ''
    const more = fields === undefined ? '' : ` ${invocation.styles.dim(plainText(JSON.stringify(fields)))}`
    return `${invocation.styles.dim(invocation.at(at))}  ${which}${plainText(message)}${more}`
  })
}
