import type { Stage, StageOptions } from './stage.ts'

/** A failure, under its name in docs/failure-modes.md. */
export type Scenario = {
  /** The first cell of the failure's row, to the letter. */
  readonly name: string
} & (StagedScenario | { readonly alone: () => Promise<void> })

export interface StagedScenario {
  readonly stage?: StageOptions
  /** Lets the failure happen, and expects the outcome in the row. */
  readonly play: (stage: Stage) => Promise<void>
  /** The violations expected after a change by hand to a scheduler's object: all must occur, and no other. @default nothing */
  readonly leaves?: readonly RegExp[]
  /** Violations that one of the standbys alone leaves behind. */
  readonly mayLeave?: readonly RegExp[]
}
