import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './machine.ts'
import type { Measurement } from './measurement.ts'

const FOLDER = join(import.meta.dirname, '..', 'results')

/** Writes a benchmark's figures as JSON, with the machine. @returns the file */
export async function writeResults(
  name: string,
  machine: Machine,
  measurements: readonly Measurement[],
): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  const file = join(FOLDER, `${name}.json`)
  const measuredAt = new Date().toISOString()
  await writeFile(file, `${JSON.stringify({ name, measuredAt, machine, measurements }, null, 2)}\n`)
  return file
}
