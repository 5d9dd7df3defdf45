/** An object in the bucket whose runs, or some of them, are left out. */
export interface HistoryProblem {
  /** The key below the prefix. */
  readonly key: string
  /** In words for people. */
  readonly problem: string
}

/** The way of a query to name the objects that it leaves out. */
export interface ProblemReports {
  /**
   * Called for each object that the query meets and that is not ours, or can't be read whole; perhaps several times for
   * one object. The runs beside it come all the same. Must not throw.
   */
  readonly onProblem?: ((problem: HistoryProblem) => void) | undefined
}
