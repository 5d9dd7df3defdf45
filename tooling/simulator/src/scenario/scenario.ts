import type { Stage, StageOptions } from './stage.ts'

/** Something that breaks, by the name that it has in docs/failure-modes.md. */
export type Scenario = {
  /** The first cell of its row, to the letter. */
  readonly name: string
} & (StagedScenario | { readonly alone: () => Promise<void> })

export interface StagedScenario {
  readonly stage?: StageOptions
  /** Lets it happen, and expects what the row says. */
  readonly play: (stage: Stage) => Promise<void>
  /** What the checkers must say all the same, and nothing else: a hand has touched what only schedulers may. @default nothing */
  readonly leaves?: readonly RegExp[]
}
