import { spawnSync } from 'node:child_process'
import { silentLogger } from '@s3sched/kernel'
import { createExecutor, type Executor, type RunOutcome, type RunPolicy } from '../src/index.ts'
import { createIsolation, type IsolationKind, type Isolation, type IsolationOptions } from '../src/isolated/index.ts'

export type Kind = IsolationKind
export const KINDS: readonly Kind[] = ['thread', 'process']

export const fileOf = (name: string): URL => new URL(`./actions/${name}.ts`, import.meta.url)

export interface IsolatedRig {
  readonly executor: Executor
  readonly isolation: Isolation
  readonly warnings: string[]
  /** Runs `misbehave.ts` in this way. */
  readonly misbehave: (
    kind: Kind,
    way: string,
    policy?: RunPolicy,
    fields?: Readonly<Record<string, unknown>>,
  ) => Promise<RunOutcome>
}

/** An executor and an isolation on the real clock, since threads and processes have no other. */
export function createIsolatedRig(options: IsolationOptions = {}): IsolatedRig {
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  const executor = createExecutor({ logger })
  const isolation = createIsolation({ logger }, { graceMs: 100, ...options })
  return {
    executor,
    isolation,
    warnings,
    misbehave: (kind, way, policy, fields) =>
      executor.run(
        {
          key: way,
          runId: way,
          action: isolation.action(fileOf('misbehave'), {
            in: kind,
            ...(way === 'fillsTheHeap' ? { resourceLimits: { maxOldGenerationSizeMb: 32 } } : {}),
          }),
          fields: { way, ...fields },
        },
        { graceMs: isolation.settleMs, ...policy },
      ),
  }
}

/** Resolves when no process has this pid any more. A zombie counts as gone. */
export async function processEnd(pid: number): Promise<void> {
  for (;;) {
    if (!isAlive(pid)) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim().startsWith('Z')
}
