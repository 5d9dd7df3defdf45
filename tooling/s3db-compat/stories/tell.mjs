// s3db.js ends the process on any error that nobody caught, and at this log level says nothing about it.
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error) => console.error(error))

/** The last line of a story is what it has to tell. s3db.js keeps a process alive for up to 20 s; nobody waits for that. */
export function tell(what) {
  process.stdout.write(`\n${JSON.stringify(what)}\n`, () => process.exit())
}
