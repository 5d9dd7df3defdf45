import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { firstToSay, startChild, type Child } from '../../../lock/test/processes/child-process.ts'
import { audit, type AuditedJob } from '../../src/index.ts'

const OF_VERSION_2 = ['stable', 'changed', 'added'] as const
const APP = await bundledProgram(new URL('deployed-app.ts', import.meta.url))

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
    await firstToSay('ran stable', old)
    const exits: (number | NodeJS.Signals)[] = []
    const fresh: Child[] = []
    for (const [index, child] of old.entries()) {
      fresh.push(await boot(`${'abc'[index] ?? ''}2`, 2))
      child.kill('SIGTERM')
      exits.push(await child.ended)
    }
    // The ticks of the last moment before all processes stop may stay open: the audit ends at a tick that each job ran.
    const until = Math.max(await ranFrom(0, 'changed', fresh), await ranFrom(0, 'added', fresh))
    for (const job of OF_VERSION_2) await ranFrom(until, job, fresh)
    for (const child of fresh) child.kill('SIGTERM')
    exits.push(...(await Promise.all(fresh.map((child) => child.ended))))
    const audited = await audit(connection, { until })
    return { exits, jobs: Object.fromEntries(audited.map((job) => [job.job, job])) }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => child.ended))
  }
}

/** Waits for a run of a job at an instant or later. @returns the tick of the run */
async function ranFrom(from: number, job: string, children: readonly Child[]): Promise<number> {
  for (;;) {
    const { text } = await firstToSay(`ran ${job}`, children)
    const tick = Number(text.split(' ')[0])
    if (tick >= from) return tick
  }
}

/**
 * The exit codes, and for each job of both versions or of the new version: every tick ran exactly once, or the audit's
 * row.
 */
export function tellsOf({ exits, jobs }: Deploy): Readonly<Record<string, unknown>> {
  const told = OF_VERSION_2.map((name) => {
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
