// s3db.js ends the process on any uncaught error, and says nothing about the error at this log level.
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => console.error(error))

/**
 * Prints the last line of a story, its result. s3db.js keeps a process alive for up to 20 s; nobody waits for the end.
 */
export function tell(what) {
  process.stdout.write(`\n${JSON.stringify(what)}\n`, () => process.exit())
}

/** Options of a database: s3db.js asks four times for each object that a new bucket lacks, a second apart and more. */
export const SOON = { executorPool: { retryDelay: 10 } }
