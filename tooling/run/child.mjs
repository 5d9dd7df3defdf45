import { spawn } from 'node:child_process'

/**
 * Child processes that leave nothing behind.
 *
 * Each child leads a process group of its own, so that all its descendants can be reached: Ctrl-C is passed on to the
 * whole group exactly once, and the rest of the group is killed when its leader has ended. A group that does not end
 * within the grace, or a second Ctrl-C, is killed at once.
 */

const GRACE_MS = 15_000

/** @type {Set<number>} The leaders of the running groups. */
const groups = new Set()

/** @type {NodeJS.Signals | undefined} */
let interruptedBy

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

for (const signal of /** @type {(keyof typeof EXIT_CODES)[]} */ (Object.keys(EXIT_CODES))) {
  process.on(signal, () => {
    if (interruptedBy !== undefined) return signalAll('SIGKILL')
    interruptedBy = signal
    process.exitCode = EXIT_CODES[signal]
    signalAll(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    setTimeout(() => signalAll('SIGKILL'), GRACE_MS).unref()
  })
}

/** @param {NodeJS.Signals} signal */
function signalAll(signal) {
  for (const leader of groups) signalGroup(leader, signal)
}

/**
 * @param {number} leader
 * @param {NodeJS.Signals} signal
 */
function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error
  }
}

/** Thrown instead of a result once the user has asked to stop. */
export class Interrupted extends Error {}

/**
 * @typedef {object} RunOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} [show] Whether the child has the input and the outputs of this process, instead of an empty input
 * and outputs that go into the result.
 * @property {number} [timeoutMs] The time after which the child is killed.
 *
 * @typedef {object} RunResult
 * @property {number} code The exit code; 1 after an end by a signal or the timeout.
 * @property {string} output Both streams, in the order of their arrival.
 */

/**
 * Runs one command to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @returns {Promise<RunResult>}
 * @throws {Interrupted}
 */
export async function run(command, args, { cwd, env, show = false, timeoutMs }) {
  if (interruptedBy !== undefined) throw new Interrupted()
  const input = show ? 'inherit' : 'ignore'
  const out = show ? 'inherit' : 'pipe'
  const child = spawn(command, args, { cwd, env, stdio: [input, out, out], detached: true })
  const { pid } = child
  if (pid !== undefined) groups.add(pid)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
  }
  const overdue = setTimeout(
    () => {
      output += `\nkilled: it did not end within ${Number(timeoutMs) / 1000} s\n`
      if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    },
    timeoutMs ?? 2 ** 31 - 1,
  )
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => pid !== undefined && signalGroup(pid, 'SIGKILL'))
      child.once('close', (exitCode, signal) => {
        if (signal !== null) output += `\n${command} was ended by ${signal}\n`
        resolve(exitCode ?? 1)
      })
    })
    if (interruptedBy !== undefined) throw new Interrupted()
    return { code, output }
  } finally {
    clearTimeout(overdue)
    if (pid !== undefined) groups.delete(pid)
  }
}
