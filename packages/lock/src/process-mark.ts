/**
 * The proof, on one host, that the process of a holder has ended.
 *
 * A lease cannot tell that its holder died; a lease can only grow old. On the same host the kernel knows better, and a
 * start after a crash need not wait. **The proof has two halves.** First, the reader sees the same processes as the
 * writer did. A host's name proves nothing, because containers and virtual machines repeat names; a mark therefore
 * names the boot of the kernel and the namespaces of process ids and of time. Second, the process id is free, or
 * belongs to a process that started at another moment. An unknown process counts as alive: a wait costs time, and a
 * wrong proof would cost exclusion.
 */

/** A process, in terms that other processes on its host can check. */
export interface ProcessMark {
  /** The host's name, for people; never a proof alone. */
  readonly host: string
  /** The process id within its realm. */
  readonly pid: number
  /** Absent on a system without a usable proof; the process then never counts as gone. */
  readonly proof?: ProcessProof | undefined
}

/** Facts of a process that tell it from every other process of its host, of the past included. */
export interface ProcessProof {
  /** The scope in which the process id is valid: the kernel's boot, and the namespaces. */
  readonly realm: string
  /** Start of the process in the kernel's own terms: within a realm, pid and `startedAt` belong to a single process. */
  readonly startedAt: string
}

/** The use of a process id, as seen by this process. */
export type PidSight =
  | { readonly kind: 'free' }
  /** `startedAt` as in {@link ProcessProof}. */
  | { readonly kind: 'used'; readonly startedAt: string }
  /** This process may not see the owner of the id, or the system cannot tell. */
  | { readonly kind: 'unknown' }

/** Queries of a process to its own host, without a request to a store. Both calls are quick and never throw. */
export interface HostProbe {
  /** This process. */
  self(): ProcessMark
  /** The present use of a process id of this host. */
  look(pid: number): PidSight
}

/**
 * `gone`: the process has certainly ended. `here`: a live process of this host, other than this one. `self`: this
 * process. `unknown`: any other.
 */
export type Liveness = 'gone' | 'here' | 'self' | 'unknown'

/** The state of the process that left `mark`, as far as `probe` knows. */
export function livenessOf(mark: ProcessMark | undefined, probe: HostProbe): Liveness {
  if (mark?.proof === undefined) return 'unknown'
  const self = probe.self()
  // An equal name is no proof, but a different name is a doubt: copies of a virtual machine may share everything else.
  if (self.proof?.realm !== mark.proof.realm || self.host !== mark.host) return 'unknown'
  const { startedAt } = mark.proof
  if (mark.pid === self.pid) return startedAt === self.proof.startedAt ? 'self' : 'gone'
  const seen = probe.look(mark.pid)
  if (seen.kind === 'free') return 'gone'
  if (seen.kind === 'unknown') return 'unknown'
  return seen.startedAt === startedAt ? 'here' : 'gone'
}

/** The mark in a document of unknown origin; `undefined` without a valid mark. */
export function parseProcessMark(value: unknown): ProcessMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { host, pid, proof } = value as Readonly<Record<string, unknown>>
  // Zero and negative ids mean process groups or all processes, not a process.
  if (typeof host !== 'string' || !Number.isSafeInteger(pid) || (pid as number) < 1) return undefined
  return { host, pid: pid as number, proof: parseProof(proof) }
}

function parseProof(value: unknown): ProcessProof | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { realm, startedAt } = value as Readonly<Record<string, unknown>>
  return typeof realm === 'string' && typeof startedAt === 'string' ? { realm, startedAt } : undefined
}

/** "pid 42 on web-1", for people. */
export function describeProcess(mark: ProcessMark): string {
  return `pid ${mark.pid} on ${mark.host}`
}
