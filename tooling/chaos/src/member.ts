import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Life } from './life.ts'
import { COULD_NOT_START, type WorkerArgs, type WorkerCommand, type WorkerReport } from './messages.ts'

/** The program of the processes. */
export const PROGRAM: URL = new URL('worker.ts', import.meta.url)

export interface MemberOptions {
  readonly program: URL
  readonly workerId: string
  readonly store: string
  readonly journal: string
  readonly heartbeatMs: number
  /** File descriptor for the standard error of the processes. */
  readonly log: number
  readonly onReport: (report: WorkerReport) => void
  /** Called when the process ended by itself. */
  readonly onEnd: (life: Life) => void
}

/** The errors of a channel whose process has died, and whose exit this process has not seen yet. */
const DEAD: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ERR_IPC_CHANNEL_CLOSED']

/** The exit of a dead process tells that its command was lost. */
function send(child: ChildProcess, command: WorkerCommand): void {
  child.send(command, (error) => {
    if (error !== null && !DEAD.includes((error as NodeJS.ErrnoException).code)) throw error
  })
}

/** One place in the fleet: a process that is started again and again under the same name. */
export class Member {
  /** All processes so far, the newest last. */
  readonly lives: Life[] = []
  readonly #options: MemberOptions
  #child: ChildProcess | undefined
  #isPaused = false
  #isReady = false

  constructor(options: MemberOptions) {
    this.#options = options
  }

  get workerId(): string {
    return this.#options.workerId
  }

  /** True while a process is there and not paused. */
  get isUp(): boolean {
    return this.#child !== undefined && !this.#isPaused
  }

  /** True from the end of the process's start on. */
  get isReady(): boolean {
    return this.#isReady
  }

  get isDown(): boolean {
    return this.#child === undefined
  }

  start(): void {
    const { heartbeatMs, journal, log, onReport, program, store, workerId } = this.#options
    const id = `${workerId}.${this.lives.length + 1}`
    const life: Life = { id, workerId, from: Date.now(), to: undefined, end: undefined, pauses: [] }
    this.lives.push(life)
    const args: WorkerArgs = { store, workerId, life: id, journal, heartbeatMs }
    const child = fork(fileURLToPath(program), [JSON.stringify(args)], {
      execArgv: ['--conditions=@s3sched/source'],
      stdio: ['ignore', log, log, 'ipc'],
    })
    this.#child = child
    child.on('message', (report: WorkerReport) => {
      if (report.kind === 'ready' && this.#child === child) this.#isReady = true
      onReport(report)
    })
    child.on('error', () => undefined) // a message to an ending process; only the process's end counts
    child.on('exit', (code) => this.#ended(child, life, code))
  }

  /** Like a power failure of the machine. Resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('kill', (child) => child.kill('SIGKILL'))
  }

  /** Like a deployment. Resolves when the process is gone. */
  async stop(): Promise<void> {
    await this.#end('stop', (child) => send(child, { kind: 'stop' }))
  }

  pause(): void {
    this.#isPaused = true
    this.lives.at(-1)?.pauses.push({ from: Date.now(), to: Infinity })
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
    this.#isPaused = false
    const pause = this.lives.at(-1)?.pauses.at(-1)
    if (pause !== undefined) pause.to = Math.min(pause.to, Date.now())
  }

  tell(command: WorkerCommand): void {
    if (this.#child?.connected === true) send(this.#child, command)
  }

  async #end(end: 'kill' | 'stop', how: (child: ChildProcess) => void): Promise<void> {
    const child = this.#child
    const life = this.lives.at(-1)
    if (child === undefined || life === undefined) return
    life.end = end
    // Not by `once` of node:events, which rejects after an 'error': only the process's end counts.
    const exited = new Promise((resolve) => child.once('exit', resolve))
    how(child)
    await exited
  }

  #ended(child: ChildProcess, life: Life, code: number | null): void {
    life.to = Date.now()
    const isAsked = life.end === 'kill' || (life.end === 'stop' && code === 0)
    if (!isAsked) life.end = code === COULD_NOT_START ? 'no-start' : 'crash'
    if (this.#child === child) {
      this.#child = undefined
      this.#isPaused = false
      this.#isReady = false
    }
    this.#options.onEnd(life)
  }
}
