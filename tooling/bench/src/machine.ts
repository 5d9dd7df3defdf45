import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os'

/** What a figure depends on besides the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** How many processes wanted a core in the last minute, when the benchmark began: above 1, others were measured too. */
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

/** What this process holds of the machine's memory, in MB. */
export function residentMegabytes(): number {
  if (platform() !== 'linux') return process.memoryUsage().rss / 1e6
  const status = readFileSync('/proc/self/status', 'utf8')
  return (Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) * 1024) / 1e6
}
