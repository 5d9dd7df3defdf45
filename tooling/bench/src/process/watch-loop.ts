import { performance } from 'node:perf_hooks'

/** How long the event loop of this process was not free, at most, in ms. */
export interface LongestBlock {
  /** By the clock: on a machine that others use, most of it may be that this process waited for a core. */
  readonly wallMs: number
  /** By the time that this thread was on a core. */
  readonly cpuMs: number
}

const TURN_MS = 5

/** Watches from now on. @returns what ends it */
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

/** The time that this thread was on a core since it began, in ms. */
export function threadMs(): number {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1000
}
