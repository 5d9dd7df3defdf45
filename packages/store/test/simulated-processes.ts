import type { Clock, Random } from '@s3sched/kernel'
import { createManualClock, createSeededRandom, type ManualClock } from '@s3sched/kernel/testing'
import { createFileStore } from '../src/file/file-store.ts'
import type { FileSystem } from '../src/file/file-system.ts'
import type { ObjectStore } from '../src/object-store.ts'
import { SimulatedDisk } from './simulated-disk.ts'

interface Waiting {
  readonly process: number
  readonly go: () => void
}

/**
 * Processes on one simulated disk, with a file store per process. One process at a time takes one step. The seed
 * decides the next step, the deaths and the time of the power failure.
 */
export class SimulatedProcesses {
  readonly random: Random
  readonly clock: ManualClock = createManualClock()
  /** Grows with every step: orders the observations of the test. */
  now = 0
  readonly #disk = new SimulatedDisk()
  readonly #waiting: Waiting[] = []
  readonly #dead = new Set<number>()
  readonly #damage: (fs: FileSystem) => FileSystem
  #processes = 0

  /** @param damage - makes the disk break its promises, to check that a test notices */
  constructor(seed: number, damage: (fs: FileSystem) => FileSystem = (fs) => fs) {
    this.random = createSeededRandom(seed)
    this.#damage = damage
  }

  /** A new process. */
  start(): { readonly store: ObjectStore; readonly kill: () => void } {
    const own = this.#processes++
    const turn = (): Promise<void> =>
      new Promise((go) => {
        this.#waiting.push({ process: own, go })
      })
    const fileSystem = this.#damage(this.#disk.mount(turn, this.random))
    const clock: Clock = this.clock
    const store = createFileStore('/disk/store', { clock, random: this.random, fileSystem })
    return { store, kill: () => void this.#dead.add(own) }
  }

  /**
   * Runs steps until no process waits for a step. `afterStep` may start and kill processes; `stop` ends the run at
   * once.
   */
  async run(afterStep: () => 'stop' | 'go on' = () => 'go on'): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => process.nextTick(resolve)) // after all consequences of the last step
      for (let index = this.#waiting.length - 1; index >= 0; index--) {
        if (this.#dead.has(this.#waiting[index]?.process ?? -1)) this.#waiting.splice(index, 1)
      }
      const [next] = this.#waiting.splice(Math.floor(this.random.float() * this.#waiting.length), 1)
      if (next === undefined) return
      this.now++
      next.go()
      if (afterStep() === 'stop') return
    }
  }

  /** Every process dies, and the disk loses unsynced data. */
  losePower(): void {
    for (let process = 0; process < this.#processes; process++) this.#dead.add(process)
    this.#waiting.length = 0
    this.#disk.losePower(this.random)
  }
}
