/** Randomness as a port, so that the same seed gives the same run. */
export interface Random {
  /** A number, uniform in [0, 1). */
  float(): number
  /** A globally unique string: 22 characters of `A-Z a-z 0-9 _ -`, 128 bits. */
  id(): string
}
