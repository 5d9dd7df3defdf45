import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { runProgram } from '../src/run-program.ts'
import { nodes } from '../src/runtimes.ts'
import { writeFiles } from '../src/write-files.ts'

const { folder } = inject('consumer')

const APP = `
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { createScheduler, SchedulerPlugin } = require('s3sched')
const file = (name) => pathToFileURL(join(__dirname, 'jobs', name))
const logger = { debug() {}, info() {}, warn: console.error, error: console.error }
async function main() {
  const sum = { schedule: null, context: { numbers: [1, 2] } }
  const alone = createScheduler({
    store: 'memory://alone',
    logger,
    jobs: {
      thread: { ...sum, action: file('sum.js') },
      process: { ...sum, action: file('sum.js'), isolate: 'process' },
      compiled: { ...sum, action: file('compiled.js') },
      module: { ...sum, action: file('module.mjs') },
    },
  })
  for (const name of ['thread', 'process', 'compiled', 'module']) console.log(name, await alone.runJob(name))
  await alone.stop()
  const plugin = new SchedulerPlugin({
    store: 'memory://plugin',
    logger,
    isolation: { database: file('database.js') },
    jobs: { count: { schedule: null, action: file('count.js') } },
  })
  console.log('count', await plugin.runJob('count'))
  await plugin.stop()
}
main()`

const FILES = {
  'package.json': { type: 'commonjs' },
  'app.js': APP,
  'jobs/sum.js': 'module.exports = ({ numbers }) => numbers.reduce((a, b) => a + b)',
  // As a compiler writes an "export default".
  'jobs/compiled.js': `Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = ({ numbers }) => numbers.length`,
  'jobs/module.mjs': `import { currentRun } from 's3sched'\nexport default ({ jobName }) => currentRun().jobName === jobName`,
  'jobs/database.js': `
    const { Database } = require('s3sched')
    module.exports = async () => {
      const database = new Database({ connectionString: 'memory://worker' })
      await database.connect()
      return database
    }`,
  'jobs/count.js': `module.exports = async (database) => (await database.listResources()).length`,
}

it('a CommonJS application runs isolated actions, in files of each kind of modules', async () => {
  const cwd = join(folder, 'isolated')
  writeFiles(cwd, FILES)
  const told = ['thread 3', 'process 3', 'compiled 2', 'module true', 'count 0']
  for (const { args, program } of nodes) {
    // As Node.js before 22.12.
    for (const flags of [[], ['--no-experimental-require-module']]) {
      const { code, output } = await runProgram(program, [...args, ...flags, 'app.js'], { cwd })
      expect(code, output).toBe(0)
      expect(output.trim().split('\n')).toEqual(told)
    }
  }
})
