/** The four moments in the life of a run when its process may die or stand still. */
import type { SimulatedProcess } from '../../src/process.ts'
import { recordIn, type Stage } from '../../src/scenario/stage.ts'

type Act = (process: SimulatedProcess) => void

export interface Moment {
  readonly name: string
  /** Arranges a call of `act` at the moment in the next run. */
  readonly arrange: (stage: Stage, act: Act) => void
}

export const BETWEEN_CLAIM_AND_START: Moment = {
  name: 'between a claim and its start',
  arrange: (stage, act) =>
    stage.onChange(({ client, jobs }) => {
      const { running = [] } = (recordIn(jobs) ?? {}) as { readonly running?: readonly unknown[] }
      if (running.length === 0) return false
      act(stage.processNamed(client))
      return true
    }),
}

export const IN_THE_ACTION: Moment = {
  name: 'in an action',
  arrange: (stage, act) => {
    const { world } = stage
    const look = (): void => {
      const call = stage.calls.find(({ endedAt }) => endedAt === undefined)
      if (call === undefined) world.at(world.now + 100, look)
      else act(stage.processNamed(call.process))
    }
    world.at(world.now, look)
  },
}

export const BEFORE_THE_END: Moment = {
  name: 'after an action, before its end is written',
  arrange: (stage, act) =>
    stage.onEnd(({ process }) => {
      act(stage.processNamed(process))
      return true
    }),
}

export const AFTER_THE_END: Moment = {
  name: 'right after the end of a run is written',
  arrange: (stage, act) =>
    stage.onChange(({ client, outcomes }) => {
      if (outcomes.length === 0) return false
      act(stage.processNamed(client))
      return true
    }),
}
