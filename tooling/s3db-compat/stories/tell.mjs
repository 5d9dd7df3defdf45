// s3db.js ends the process on any uncaught error, and says nothing about the error at this log level.
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => console.error(error))

/**
 * Prints the last line of a story, its result. s3db.js keeps a process alive for up to 20 s; nobody waits for the end.
 */
export function tell(what) {
  process.stdout.write(`\n${JSON.stringify(what)}\n`, () => process.exit())
}
