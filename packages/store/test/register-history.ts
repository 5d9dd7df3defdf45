import type { FileSystem } from '../src/file/file-system.ts'
import { md5Of } from '../src/file/version-name.ts'
import type { GetResult, ObjectStore, PutCondition } from '../src/index.ts'
import type { RegisterCall } from './linearizable.ts'
import { SimulatedProcesses } from './simulated-processes.ts'

const TWO_HOURS_MS = 7_200_000

type Apply = RegisterCall['apply']

/** An answer to a read. */
interface Saw {
  readonly saw: Apply
}

export function textOf(got: GetResult): string | undefined {
  return got.outcome === 'found' ? Buffer.from(got.body).toString() : undefined
}

function isMet(condition: PutCondition | undefined, state: string | undefined): boolean {
  if (condition === undefined) return true
  if ('ifAbsent' in condition) return state === undefined
  return state !== undefined && condition.ifMatch === `"${md5Of(Buffer.from(state))}"`
}

/**
 * Processes put, delete and get one key in an order drawn from the seed. Some die, and the clock leaps while others
 * collect.
 *
 * When the power fails, the results of mere reads are left out of the history: a read may have seen a state before its
 * sync, and the reader is gone as well. Acknowledged writes count, and so does the state found by a new process.
 */
export async function registerHistory(
  seed: number,
  {
    damage,
    powerFails = false,
  }: { readonly damage?: (fs: FileSystem) => FileSystem; readonly powerFails?: boolean } = {},
): Promise<{ readonly calls: readonly RegisterCall[]; readonly errors: readonly string[] }> {
  const world = new SimulatedProcesses(seed, damage)
  const { random } = world
  const calls: (RegisterCall & { readonly saw?: boolean })[] = []
  const errors: string[] = []
  const etags: string[] = []
  let nonce = 0

  /** `unanswered` is the effect of a call that dies on the way. */
  const record = async (label: string, answer: Promise<Apply | Saw>, unanswered: Apply): Promise<void> => {
    const calledAt = world.now
    const index = calls.push({ label, calledAt, answeredAt: Infinity, apply: unanswered }) - 1
    const given = await answer
    const [apply, saw] = typeof given === 'function' ? [given, false] : [given.saw, true]
    calls[index] = { label, calledAt, answeredAt: world.now, apply, saw }
  }

  const get = (store: ObjectStore): Promise<void> => {
    const answer = store.get('k').then((got): Saw => {
      if (got.outcome === 'found') etags.push(got.etag)
      return { saw: (state) => (state === textOf(got) ? { state } : 'refused') }
    })
    return record('get', answer, (state) => ({ state }))
  }

  const remove = (store: ObjectStore): Promise<void> => {
    const apply: Apply = () => ({ state: undefined })
    return record(
      'delete',
      store.delete('k').then(() => apply),
      apply,
    )
  }

  const put = (store: ObjectStore, condition: PutCondition | undefined): Promise<void> => {
    const body = `body ${nonce++}`
    const written: Apply = (state) => (isMet(condition, state) ? { state: body } : 'refused')
    const conflict: Apply = (state) => (isMet(condition, state) ? 'refused' : { state })
    const answer = store.put('k', Buffer.from(body), { condition }).then((result): Apply | Saw => {
      if (result.outcome === 'written') etags.push(result.etag)
      return result.outcome === 'written' ? written : { saw: conflict }
    })
    return record(`put ${body} ${JSON.stringify(condition)}`, answer, written)
  }

  const act = (store: ObjectStore): Promise<void> => {
    const choice = random.float()
    const etag = etags[Math.floor(random.float() * etags.length)]
    if (choice < 0.15) return remove(store)
    if (choice < 0.4) return get(store)
    if (choice < 0.5) return put(store, undefined)
    return put(store, choice < 0.75 || etag === undefined ? { ifAbsent: true } : { ifMatch: etag })
  }

  const live = async (store: ObjectStore): Promise<void> => {
    for (let call = 0; call < 4; call++) await act(store)
  }
  const start = (life: (store: ObjectStore) => Promise<unknown>): (() => void) => {
    const { store, kill } = world.start()
    life(store).catch((error: unknown) => errors.push(String(error)))
    return kill
  }
  const kills = Array.from({ length: 4 }, () => start(live))
  let collectors = 0
  const failsAt = powerFails ? random.float() * 300 : Infinity
  await world.run(() => {
    if (world.now >= failsAt) return 'stop'
    if (random.float() < 0.003) kills.pop()?.()
    if (random.float() >= 0.01 || collectors === 3) return 'go on'
    collectors++
    world.clock.step(TWO_HOURS_MS)
    start((collector) => collector.put('elsewhere', new Uint8Array(1)))
    return 'go on'
  })
  if (powerFails) {
    world.losePower()
    const seen = calls.length
    start(get)
    await world.run()
    return { calls: calls.filter(({ saw }, index) => saw !== true || index >= seen), errors }
  }
  return { calls, errors }
}
