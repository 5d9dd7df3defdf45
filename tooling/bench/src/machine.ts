import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** The machine's properties that influence a figure. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /**
   * Processes that wanted a core in the last minute before the benchmark: above 1, other processes influenced the
   * figures.
   */
  readonly load: number
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  }
}

/**
 * The resident memory of this process, in MB. The sum of its mappings: right after a collection, the count that the system
 * keeps for a process was seen to miss a third of the memory.
 */
export function residentMegabytes(): number {
  if (platform() !== 'linux') return process.memoryUsage().rss / 1e6
  const mappings = readFileSync('/proc/self/smaps_rollup', 'utf8')
  return (Number(/^Rss:\s*(\d+)/m.exec(mappings)?.[1]) * 1024) / 1e6
}
