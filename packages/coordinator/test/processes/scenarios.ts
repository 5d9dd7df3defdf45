import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { startChild, type Child } from '../../../lock/test/processes/child-process.ts'

const LEADING = await bundledProgram(new URL('leading-child.ts', import.meta.url))

/** A takeover: the first leader, the second leader and its knowledge of the first, and the time without a leader. */
export interface Takeover {
  readonly first: string
  readonly second: string
  /** The answer of the first leader once it is resumed or cut off; `undefined` when it is dead. */
  readonly firstTrusts: string | undefined
  readonly firstDemoted: string | undefined
  readonly tookMs: number
}

export type Blow = 'SIGKILL' | 'SIGSTOP' | 'SIGTERM' | (() => void)

/**
 * `a` leads and `b` follows; then the blow hits `a`, and `b` takes over. A suspended `a` is resumed and asked whether
 * it leads, before anything else.
 */
export async function takeOver(connections: { readonly a: string; readonly b: string }, blow: Blow): Promise<Takeover> {
  const a = startChild(LEADING, { connection: connections.a, workerId: 'a' })
  const children: Child[] = [a]
  try {
    const first = await a.says('leads')
    const b = startChild(LEADING, { connection: connections.b, workerId: 'b' })
    children.push(b)
    await b.says('started')
    const from = performance.now()
    if (typeof blow === 'function') blow()
    else a.kill(blow)
    const second = await b.says('leads')
    const tookMs = Math.round(performance.now() - from)
    let firstTrusts: string | undefined
    let firstDemoted: string | undefined
    if (blow === 'SIGTERM') firstDemoted = await a.says('demoted')
    else if (blow !== 'SIGKILL') {
      a.kill('SIGUSR2')
      a.kill('SIGCONT')
      firstTrusts = await a.says('trusts')
      firstDemoted = await a.says('demoted')
    }
    return { first, second, firstTrusts, firstDemoted, tookMs }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => child.ended))
  }
}
