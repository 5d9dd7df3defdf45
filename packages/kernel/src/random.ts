/** Chance as a port, so that one seed gives one run. */
export interface Random {
  /** A number, uniform in [0, 1). */
  float(): number
  /** A string that no other call anywhere returns: 22 characters of `A-Z a-z 0-9 _ -`, 128 bits. */
  id(): string
}
