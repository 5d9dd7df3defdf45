import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { WorkerCommand, WorkerReport } from './messages.ts'

const PROGRAM = fileURLToPath(new URL('worker.ts', import.meta.url))

export interface FleetOptions {
  readonly store: string
  readonly prefix: string
  readonly onReport: (workerId: string, report: WorkerReport) => void
}

/** The processes of the demo. No process outlives the demo. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #members = new Map<string, ChildProcess>()
  readonly #waiting = new Set<(workerId: string, report: WorkerReport) => void>()
  #leader: string | undefined

  constructor(options: FleetOptions) {
    this.#options = options
  }

  get members(): string[] {
    return [...this.#members.keys()]
  }

  get leader(): string | undefined {
    return this.#leader
  }

  /** Starts one process. Resolves when the process takes part; rejects when the process can't. */
  async add(workerId: string): Promise<void> {
    const { prefix, store } = this.#options
    const child = fork(PROGRAM, [store, prefix, workerId], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#members.set(workerId, child)
    child.on('message', (report: WorkerReport) => this.#hear(workerId, report))
    const exited = once(child, 'exit').then(([code]) => {
      this.#members.delete(workerId)
      throw new Error(`process ${workerId} ended with code ${String(code)} before it took part`)
    })
    const ready = this.next((from, report) => from === workerId && report.kind === 'ready')
    await Promise.race([ready, exited])
    exited.catch(() => undefined) // from now on its end is expected
  }

  /** The next report for which `matches` is true. */
  next(matches: (workerId: string, report: WorkerReport) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const listener = (workerId: string, report: WorkerReport): void => {
        if (!matches(workerId, report)) return
        this.#waiting.delete(listener)
        resolve(workerId)
      }
      this.#waiting.add(listener)
    })
  }

  tell(workerId: string, command: WorkerCommand): void {
    this.#members.get(workerId)?.send(command)
  }

  /** Like a loss of power: SIGKILL. */
  async kill(workerId: string): Promise<void> {
    await this.#end(workerId, (child) => child.kill('SIGKILL'))
  }

  /** Like a deployment: the process drains and hands over. */
  async stop(workerId: string): Promise<void> {
    await this.#end(workerId, (child) => child.send('stop' satisfies WorkerCommand))
  }

  /** Resolves when the last process is gone. */
  async killAll(): Promise<void> {
    await Promise.all(this.members.map((workerId) => this.kill(workerId)))
  }

  async #end(workerId: string, how: (child: ChildProcess) => void): Promise<void> {
    const child = this.#members.get(workerId)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    how(child)
    await exited
    this.#members.delete(workerId)
    if (this.#leader === workerId) this.#leader = undefined
  }

  #hear(workerId: string, report: WorkerReport): void {
    if (report.kind === 'leads') this.#leader = workerId
    this.#options.onReport(workerId, report)
    for (const listener of this.#waiting) listener(workerId, report)
  }
}
