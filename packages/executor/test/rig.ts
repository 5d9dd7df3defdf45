import { silentLogger, type LogFields } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createExecutor, type Executor, type ExecutorOptions, type RunContext } from '../src/index.ts'

export interface Warning {
  readonly message: string
  readonly fields: LogFields | undefined
}

export interface Rig {
  readonly clock: ManualClock
  readonly executor: Executor
  readonly warnings: Warning[]
}

/** An executor on a manual clock. */
export function createRig(options: ExecutorOptions = {}): Rig {
  const clock = createManualClock()
  const warnings: Warning[] = []
  const logger = {
    ...silentLogger,
    warn: (message: string, fields?: LogFields) => void warnings.push({ message, fields }),
  }
  const executor = createExecutor({ clock, random: createSeededRandom(1), logger }, options)
  return { clock, executor, warnings }
}

/** A promise to wait on, with the functions that settle the promise. */
export interface Gate<T = void> {
  readonly passed: Promise<T>
  readonly open: (value: T) => void
  readonly fail: (error: unknown) => void
}

export function createGate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const passed = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { passed, open, fail }
}

/** An action that ends at once after its signal, and only then. */
export function untilAborted({ signal }: RunContext): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** An action that never ends. */
export function hang(): Promise<never> {
  return new Promise(() => {})
}
