import type { HostProbe } from '../process-mark.ts'

/** A host whose processes a test starts and kills. */
export interface SimulatedHost {
  /** A new process, as that process sees its host. */
  start(): HostProbe
  /** Kills the process; what runs in the test under its name goes on, as the test decides. */
  kill(process: HostProbe): void
}

/** @param realm - processes of another realm are those of another host, or of another container, of the same name */
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
