import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { HostProbe, PidSight, ProcessMark, ProcessProof } from './process-mark.ts'

/** The system calls of the probe, replaceable in tests. */
export interface ProcFiles {
  readonly platform: string
  readonly pid: number
  readonly hostname: () => string
  /** @throws when the file does not exist */
  readonly read: (path: string) => string
  /** @throws when the link does not exist */
  readonly readLink: (path: string) => string
  /** @throws an error with the code `ESRCH` when no process has the id */
  readonly poke: (pid: number) => void
}

/**
 * Reads `/proc` on Linux. Elsewhere nothing is proved, and leases are waited for: on macOS and Windows a process cannot
 * read these facts without starting a second process.
 */
export function createHostProbe(files: ProcFiles): HostProbe {
  let self: ProcessMark | undefined
  return {
    self: () => (self ??= markOf(files)),
    look: (pid) => lookAt(pid, files),
  }
}

/** The host of this process. */
export const systemHost: HostProbe = createHostProbe({
  platform: process.platform,
  pid: process.pid,
  hostname,
  read: (path) => readFileSync(path, 'utf8'),
  readLink: (path) => readlinkSync(path),
  poke: (pid) => void process.kill(pid, 0),
})

function markOf(files: ProcFiles): ProcessMark {
  const proof = unlessThrown(() => proofOf(files))
  return { host: files.hostname(), pid: files.pid, ...(proof === undefined ? {} : { proof }) }
}

function proofOf({ pid, platform, read, readLink }: ProcFiles): ProcessProof | undefined {
  if (platform !== 'linux') return undefined
  const own = parseStat(read('/proc/self/stat'))
  // A /proc of another namespace has different process ids.
  if (own === undefined || own.pid !== pid) return undefined
  const boot = read('/proc/sys/kernel/random/boot_id').trim()
  const space = readLink('/proc/self/ns/pid')
  if (boot === '' || space === '') return undefined
  // Start times are relative to the reader's own time namespace; kernels before 5.6 have none.
  const time = unlessThrown(() => readLink('/proc/self/ns/time')) ?? 'time'
  return { realm: `${boot} ${space} ${time}`, startedAt: own.startedAt }
}

function lookAt(pid: number, { poke, read }: ProcFiles): PidSight {
  try {
    poke(pid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return { kind: 'free' }
  }
  // A process hidden by /proc has not ended: processes of other users may be invisible.
  const stat = unlessThrown(() => parseStat(read(`/proc/${pid}/stat`)))
  if (stat === undefined || stat.pid !== pid) return { kind: 'unknown' }
  return stat.hasEnded ? { kind: 'free' } : { kind: 'used', startedAt: stat.startedAt }
}

interface Stat {
  readonly pid: number
  readonly startedAt: string
  /** A zombie: its exit code has not been collected, and no thread is left. */
  readonly hasEnded: boolean
}

/** @param text - `/proc/<pid>/stat`; the program's name may contain spaces and brackets */
function parseStat(text: string): Stat | undefined {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/)
  const [state] = fields
  const threads = Number(fields[17])
  const startedAt = fields[19]
  if (startedAt === undefined || !/^\d+$/.test(startedAt)) return undefined
  return { pid: Number.parseInt(text, 10), startedAt, hasEnded: /^[ZX]$/i.test(state ?? '') && threads <= 1 }
}

function unlessThrown<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined // a missing answer proves nothing
  }
}
