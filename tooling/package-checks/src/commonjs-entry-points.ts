import { publicPackages } from './public-packages.ts'

/** The command line has a dependency of ES modules alone, and Nest 12, unlike Nest 10 and 11, consists of ES modules. */
const OF_ES_MODULES = ['@s3sched/cli', '@s3sched/nestjs']

/** The entry points that need no ES module. */
export const commonJsEntryPoints: readonly string[] = publicPackages()
  .filter(({ name }) => !OF_ES_MODULES.includes(name))
  .flatMap(({ entryPoints }) => entryPoints)
