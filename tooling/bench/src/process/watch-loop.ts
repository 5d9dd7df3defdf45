import { performance } from 'node:perf_hooks'

/** The longest time without a free event loop in this process, in ms. */
export interface LongestBlock {
  /** By the clock: on a shared machine, most of the time may be a wait of this process for a core. */
  readonly wallMs: number
  /** By the time of this thread on a core. */
  readonly cpuMs: number
}

const TURN_MS = 5

/** Watches from now on. @returns a function that ends the watch */
export function watchLoop(): () => LongestBlock {
  let wallMs = 0
  let cpuMs = 0
  let before = { wall: performance.now(), cpu: threadMs() }
  const timer = setInterval(() => {
    const now = { wall: performance.now(), cpu: threadMs() }
    wallMs = Math.max(wallMs, now.wall - before.wall - TURN_MS)
    cpuMs = Math.max(cpuMs, now.cpu - before.cpu)
    before = now
  }, TURN_MS)
  return () => {
    clearInterval(timer)
    return { wallMs, cpuMs }
  }
}

/** Time of this thread on a core since its begin, in ms. */
export function threadMs(): number {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1000
}
