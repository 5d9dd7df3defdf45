/** A place in the source, and the replacement. */
export interface Edit {
  /** Below `packages/`. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** A broken variant of the protocol. */
export interface Mutant extends Edit {
  readonly name: string
  /** A second edit, where a second place guards the same rule. */
  readonly also?: Edit
  /** The broken promise: the checkers can tell only when the unchanged code keeps the promise. */
  readonly breaks?: string
  /** The first seed of the hunt. @default 1 */
  readonly fromSeed?: number
  /** The checkers notice the mutant within this many seeds. */
  readonly withinSeeds: number
}
