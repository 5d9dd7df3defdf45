import { createRequire } from 'node:module'
import { defineConfig, type Options } from 'tsup'

const cronParser = createRequire(`${process.cwd()}/`).resolve('cron-parser')

/** Packs cron-parser into one module of `@s3sched/cron`. */
const options: Options = {
  format: 'esm',
  target: 'node22',
  clean: false,
  minify: true,
  noExternal: ['cron-parser'],
  esbuildOptions: (esbuild) => {
    // By an `import` luxon is another file than by the `require` of cron-parser, with settings of its own.
    esbuild.alias = { luxon: createRequire(cronParser).resolve('luxon') }
  },
}

export default defineConfig(options)
