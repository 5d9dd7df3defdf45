import { bundledProgram } from '@s3sched-tooling/vitest/bundled-program'
import { openStore, readDocument } from '@s3sched/store'
import { firstToSay, startChild, type Child } from './child-process.ts'

const COUNTING = await bundledProgram(new URL('counting-child.ts', import.meta.url))
const CARELESS = await bundledProgram(new URL('careless-child.ts', import.meta.url))
const HOLDING = await bundledProgram(new URL('holding-child.ts', import.meta.url))

/** Processes increment one counter protected only by the lock. @returns the counter at the end */
export async function countTogether(connection: string, processes: number, rounds: number): Promise<unknown> {
  const children = Array.from({ length: processes }, (_, index) =>
    startChild(COUNTING, { connection, rounds, holder: `p${index}` }),
  )
  const exits = await Promise.all(children.map((child) => child.ended))
  if (exits.some((exit) => exit !== 0)) throw new Error(`processes ended as ${exits.join(', ')}`)
  const store = openStore(connection)
  const got = await readDocument(store, 'counter.json')
  await store.close()
  return got.outcome === 'found' ? got.fields['count'] : got.outcome
}

/** The reports of a holder that was stopped for longer than its ttl, and of the process that took over meanwhile. */
export interface LateWake {
  readonly fences: readonly string[]
  readonly thiefPut: string
  readonly sleeperTrusts: string
  readonly sleeperLost: string
  readonly sleeperPut: string
}

export const EXPECTED_LATE_WAKE: LateWake = {
  fences: ['1', '2'],
  thiefPut: 'written',
  sleeperTrusts: 'false',
  sleeperLost: '1',
  sleeperPut: 'stale',
}

/**
 * A holder is stopped for longer than its ttl; a second process takes over and writes; the first resumes and writes
 * too.
 */
export async function wakeTooLate(connection: string): Promise<LateWake> {
  const sleeper = startChild(HOLDING, { connection, holder: 'sleeper' })
  return withChild(sleeper, async () => {
    const first = await sleeper.says('holds')
    sleeper.kill('SIGSTOP')
    const thief = startChild(HOLDING, { connection, holder: 'thief' })
    return withChild(thief, async () => {
      const second = await thief.says('holds')
      thief.kill('SIGUSR2')
      const thiefPut = await thief.says('put')
      sleeper.kill('SIGUSR2')
      sleeper.kill('SIGCONT')
      const sleeperTrusts = await sleeper.says('trusts')
      const sleeperLost = await sleeper.says('lost')
      const sleeperPut = await sleeper.says('put')
      await Promise.all([thief.ended, sleeper.ended])
      return { fences: [first, second], thiefPut, sleeperTrusts, sleeperLost, sleeperPut }
    })
  })
}

/** A holder is killed, and the next process gets the lock without help. */
export async function dieHolding(connection: string): Promise<{ fence: string; put: string; tookMs: number }> {
  const victim = startChild(HOLDING, { connection, holder: 'victim' })
  await victim.says('holds')
  const heir = startChild(HOLDING, { connection, holder: 'heir' })
  return withChild(heir, async () => {
    victim.kill('SIGKILL')
    await victim.ended
    const diedAt = performance.now()
    const fence = await heir.says('holds')
    const tookMs = performance.now() - diedAt
    heir.kill('SIGUSR2')
    const put = await heir.says('put')
    await heir.ended
    return { fence, put, tookMs }
  })
}

export interface Carnage {
  /** The values that the processes report as written. */
  readonly wrote: readonly number[]
  readonly refused: number
}

/** The writes after the last blow: the processes work on. */
const WRITES_AFTERWARDS = 4

/**
 * Processes increment a value under the lock, and never check whether they hold it. The present holder is, again and
 * again, killed and replaced, or stopped until another process holds the lock. On a busy machine a blow can come after
 * the write of the holder; blows go on until one has come before, at most ten times as many.
 */
export async function carnage(connection: string, blows: number): Promise<Carnage> {
  const start = (index: number): Child => startChild(CARELESS, { connection, holder: `p${index}` })
  const all = Array.from({ length: 4 }, (_, index) => start(index))
  let awake: readonly Child[] = [...all]
  let asleep: readonly Child[] = []
  try {
    await Promise.all(awake.map((child) => child.says('started')))
    const isRefused = (): boolean => all.some(({ said }) => said.some((line) => line.startsWith('refused')))
    for (let blow = 0; blow < blows || (blow < 10 * blows && !isRefused()); blow++) {
      const { child: victim } = await firstToSay('holds', awake)
      // The stopped process has lost the lock by now, which it does not know when it goes on.
      for (const child of asleep) child.kill('SIGCONT')
      awake = [...awake.filter((child) => child !== victim), ...asleep]
      asleep = []
      if (blow % 3 === 2) {
        victim.kill('SIGKILL')
        all.push(start(all.length))
        awake = [...awake, ...all.slice(-1)]
      } else {
        victim.kill('SIGSTOP')
        asleep = [victim]
      }
    }
    await firstToSay('holds', awake)
    for (const child of asleep) child.kill('SIGCONT')
    const running = [...awake, ...asleep]
    for (let write = 0; write < WRITES_AFTERWARDS; write++) await firstToSay('wrote', running)
    for (const child of running) child.kill('SIGTERM')
    await Promise.all(all.map((child) => child.ended))
  } finally {
    for (const child of all) child.kill('SIGKILL')
  }
  const said = all.flatMap((child) => child.said)
  const wrote = said.filter((line) => line.startsWith('wrote')).map((line) => Number(line.slice(6)))
  return { wrote, refused: said.filter((line) => line.startsWith('refused')).length }
}

/** No process survives a test that fails. */
async function withChild<T>(child: Child, test: () => Promise<T>): Promise<T> {
  try {
    return await test()
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
