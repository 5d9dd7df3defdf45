import { type OptionSpec, S3SchedError } from '@s3sched/kernel'

/**
 * Refuses an option among the live things, which are the first argument. The README names the options alone, so the first
 * argument is where a newcomer writes them.
 * @throws S3SchedError `INVALID_OPTIONS`
 */
export function refuseMisplaced(subject: string, deps: unknown, options: OptionSpec): void {
  if (typeof deps !== 'object' || deps === null) return
  const name = Object.keys(deps).find((each) => Object.hasOwn(options, each))
  if (name === undefined) return
  throw new S3SchedError(`${subject}: '${name}' is an option, and options are the second argument`, {
    code: 'INVALID_OPTIONS',
    suggestion: `Write ${subject}({}, { ${name}: … })`,
  })
}
