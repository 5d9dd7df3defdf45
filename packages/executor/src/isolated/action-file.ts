import { existsSync } from 'node:fs'
import { describe, S3SchedError } from '@s3sched/kernel'

export function isFileUrl(value: unknown): value is URL {
  return value instanceof URL && value.protocol === 'file:'
}

/**
 * Checks the file of an isolated action or of its database.
 * @throws S3SchedError `INVALID_TASK`
 */
export function checkActionFile(file: unknown): void {
  if (!isFileUrl(file)) {
    throw new S3SchedError(`expected the file of an isolated action to be a file: URL, got ${describe(file)}`, {
      code: 'INVALID_TASK',
      suggestion: "Write `new URL('./jobs/report.js', import.meta.url)`",
    })
  }
  if (existsSync(file)) return
  throw new S3SchedError(`the file of an isolated action does not exist: ${file.href}`, {
    code: 'INVALID_TASK',
    suggestion:
      'Where the application is bundled, build the file as an entry of its own and give the URL of the built file',
  })
}
