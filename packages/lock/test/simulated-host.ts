import type { HostProbe } from '../src/index.ts'

/** A host whose processes a test starts and kills. */
export interface SimulatedHost {
  /** A new process of this host. */
  start(): HostProbe
  kill(process: HostProbe): void
}

export function createSimulatedHost(realm = 'boot-1'): SimulatedHost {
  const alive = new Map<number, string>()
  let started = 0
  return {
    start() {
      const pid = ++started
      const startedAt = String(pid * 100)
      alive.set(pid, startedAt)
      return {
        self: () => ({ host: 'web', pid, proof: { realm, startedAt } }),
        look: (other) => {
          const found = alive.get(other)
          return found === undefined ? { kind: 'free' } : { kind: 'used', startedAt: found }
        },
      }
    },
    kill: (process) => void alive.delete(process.self().pid),
  }
}
