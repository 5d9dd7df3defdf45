import type { Engine } from './engine.ts'

/** The engine of a scheduler, which the first use opens. */
export interface EngineLife {
  /** The last opened engine. */
  readonly core: Engine | undefined
  /** Opens the store and the engine, where they are not open. */
  open(): Promise<Engine>
}
