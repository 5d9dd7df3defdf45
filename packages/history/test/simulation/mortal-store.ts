import type { Random } from '@s3sched/kernel'
import type { ObjectStore } from '@s3sched/store'

/** Thrown by the store of a process that is dead. */
export class ProcessDied extends Error {}

/**
 * The store of one process. The process dies with `chance` at each write, before or after the write took effect,
 * and every later call throws.
 */
export function createMortalStore(inner: ObjectStore, random: Random, chance: number): ObjectStore {
  let isDead = false
  const die = (): never => {
    isDead = true
    throw new ProcessDied('the process died')
  }
  const write = async <T>(apply: () => Promise<T>): Promise<T> => {
    if (isDead) return die()
    const fate = random.float()
    if (fate < chance / 2) return die()
    const result = await apply()
    return fate < chance ? die() : result
  }
  return {
    ...inner,
    get: async (key, options) => (isDead ? die() : inner.get(key, options)),
    put: (key, body, options) => write(() => inner.put(key, body, options)),
    delete: (keys, options) => write(() => inner.delete(keys, options)),
  }
}
