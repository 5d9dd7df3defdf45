import type { HostProbe } from '../process-mark.ts'

/** A host with processes that a test starts and kills. */
export interface SimulatedHost {
  /** A new process, with its own view of the host. */
  start(): HostProbe
  /** Kills the process on the host; code that runs in the test for this process continues until the test stops it. */
  kill(process: HostProbe): void
}

/**
 * Makes a host whose processes a test starts and ends.
 * @param realm - processes of different realms are on different hosts, or in different containers, of the same name
 */
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
