/**
 * The proof, on one host, that the process of a holder has ended.
 *
 * A lease can't say that its holder died; it can only grow old. On one host the kernel knows better, and a start after a crash need
 * not wait. **The proof has two halves.** The first: the reader sees the same processes as the writer did. A host's name
 * proves nothing, since containers and virtual machines repeat it, so a mark names the boot of the kernel and the namespaces
 * of process ids and of time. The second: the process id is free, or belongs to a process that started at another moment.
 * A process of which nothing is known counts as one that lives: a wait costs time, a wrong proof would cost exclusion.
 */

/** A process, as others on its host recognize it. */
export interface ProcessMark {
  /** The host's name, for people; never a proof by itself. */
  readonly host: string
  readonly pid: number
  /** Absent where its system tells nothing that proves it; then nobody takes the process for gone. */
  readonly proof?: ProcessProof | undefined
}

export interface ProcessProof {
  /** Where a process id means this process: the kernel's boot, and the namespaces. */
  readonly realm: string
  /** When the process started, in its kernel's own terms: together with its id, no other process of one realm has it. */
  readonly startedAt: string
}

/** The use of a process id, as this process sees it. */
export type PidSight =
  | { readonly kind: 'free' }
  /** `startedAt` as in {@link ProcessProof}. */
  | { readonly kind: 'used'; readonly startedAt: string }
  /** This process may not see who has the id, or nobody can tell. */
  | { readonly kind: 'unknown' }

/** Questions of a process to its own host, without a request to a store. Both calls are quick and never throw. */
export interface HostProbe {
  /** This process. */
  self(): ProcessMark
  look(pid: number): PidSight
}

/** `gone`: the process has ended for sure. `here`: another process of this host, which lives. `self`: this one. `unknown`: any other. */
export type Liveness = 'gone' | 'here' | 'self' | 'unknown'

/** The fate of the process that left `mark`, as far as `probe` knows. */
export function livenessOf(mark: ProcessMark | undefined, probe: HostProbe): Liveness {
  if (mark?.proof === undefined) return 'unknown'
  const self = probe.self()
  // The name is no proof; but another name is a doubt, and copies of a virtual machine may share all the rest.
  if (self.proof?.realm !== mark.proof.realm || self.host !== mark.host) return 'unknown'
  const { startedAt } = mark.proof
  if (mark.pid === self.pid) return startedAt === self.proof.startedAt ? 'self' : 'gone'
  const seen = probe.look(mark.pid)
  if (seen.kind === 'free') return 'gone'
  if (seen.kind === 'unknown') return 'unknown'
  return seen.startedAt === startedAt ? 'here' : 'gone'
}

/** The mark in a document that anybody may have written; `undefined` when there is none that makes sense. */
export function parseProcessMark(value: unknown): ProcessMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { host, pid, proof } = value as Readonly<Record<string, unknown>>
  // The ids of groups and of everybody are not those of a process.
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
