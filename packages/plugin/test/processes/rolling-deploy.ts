import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '@s3sched/kernel'
import { startChild, type Child } from '../../../lock/test/processes/child-process.ts'
import { audit, type AuditedJob } from '../../src/index.ts'

/** The ticks of the last moment before all processes stop may stay open, and so do later ones. */
const CLAIMED_WITHIN_MS = 1000
const APP = new URL('deployed-app.ts', import.meta.url)

export interface Deploy {
  readonly exits: readonly (number | NodeJS.Signals)[]
  /** By name, from the bucket. */
  readonly jobs: Readonly<Record<string, AuditedJob>>
}

/** Three processes of version 1 are replaced by three of version 2, in turn, while jobs run each second. */
export async function rollingDeploy(connection: string): Promise<Deploy> {
  const boot = async (workerId: string, version: 1 | 2): Promise<Child> => {
    const child = startChild(APP, { connection, workerId, version })
    children.push(child)
    await child.says('ready')
    return child
  }
  const children: Child[] = []
  try {
    const old = await Promise.all(['a1', 'b1', 'c1'].map((workerId) => boot(workerId, 1)))
    await Promise.any(old.map((child) => child.says('ran stable')))
    const exits: (number | NodeJS.Signals)[] = []
    const fresh: Child[] = []
    for (const [index, child] of old.entries()) {
      fresh.push(await boot(`${'abc'[index] ?? ''}2`, 2))
      child.kill('SIGTERM')
      exits.push(await child.ended)
    }
    await Promise.any(fresh.map((child) => child.says('ran added')))
    await Promise.any(fresh.map((child) => child.says('ran changed')))
    // The first ticks of the new jobs are to lie before the last moment.
    await wait(CLAIMED_WITHIN_MS + 500)
    const until = systemClock.now() - CLAIMED_WITHIN_MS
    for (const child of fresh) child.kill('SIGTERM')
    exits.push(...(await Promise.all(fresh.map((child) => child.ended))))
    const audited = await audit(connection, { until })
    return { exits, jobs: Object.fromEntries(audited.map((job) => [job.job, job])) }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => child.ended))
  }
}

/**
 * The exit codes, and for each job of both versions or of the new version: every tick ran exactly once, or the audit's
 * row.
 */
export function tellsOf({ exits, jobs }: Deploy): Readonly<Record<string, unknown>> {
  const told = ['stable', 'changed', 'added'].map((name) => {
    const { doubled, expected, ran } = jobs[name] ?? { doubled: -1, expected: 0, ran: -1 }
    return [name, expected > 0 && ran === expected && doubled === 0 ? 'each tick once' : jobs[name]] as const
  })
  return { exits, ...Object.fromEntries(told) }
}

export const WHOLE_DEPLOY: Readonly<Record<string, unknown>> = {
  exits: [0, 0, 0, 0, 0, 0],
  stable: 'each tick once',
  changed: 'each tick once',
  added: 'each tick once',
}
