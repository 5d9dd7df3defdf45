/**
 * The job records of a bucket, as a person, a rule or another program would read and change them: without the product's
 * own checks. For tests.
 */
import { systemClock, systemRandom } from '@s3sched/kernel'
import { createLedger, type Ledger } from '@s3sched/ledger'
import { listAll, type Fields, type ObjectStore } from '@s3sched/store'
import { fillRecord } from '../record/stored-record.ts'

const FOLDER = 'jobs/'

export function rawLedger(store: ObjectStore): Ledger<unknown> {
  return createLedger<unknown>(store, {
    codec: { decode: (value) => ({ outcome: 'read', record: value }), encode: (record) => record },
    namespace: FOLDER,
    clock: systemClock,
    random: systemRandom,
  })
}

/** The fields of a job's record, with those that the record leaves out; `undefined` without a record. */
export async function readFields(store: ObjectStore, name: string): Promise<Fields | undefined> {
  const read = await rawLedger(store).get(name)
  return read.outcome === 'read' ? filled(read.record as Fields) : undefined
}

/** Writes other fields, or the first ones. @param change - gets the fields, `undefined` without a record */
export async function changeFields(
  store: ObjectStore,
  name: string,
  change: (fields: Fields | undefined) => unknown,
): Promise<void> {
  await changeEach(store, [name], change)
}

async function changeEach(
  store: ObjectStore,
  names: readonly string[],
  change: (fields: Fields | undefined) => unknown,
): Promise<void> {
  const ledger = rawLedger(store)
  const write = (stored: unknown) => ({ do: 'write', record: change(filled(stored as Fields | undefined)) }) as const
  await Promise.all(names.map((name) => ledger.change(name, write, { overwriteUnreadable: true })))
  await ledger.close()
}

/** A record that was damaged is shown as found. */
function filled(stored: Fields | undefined): Fields | undefined {
  return typeof stored?.['spec'] === 'object' ? fillRecord(stored) : stored
}

/** Writes any JSON text in the place of a record, or text that is no JSON. */
export async function damageRecord(store: ObjectStore, name: string, text: string): Promise<void> {
  await damageRecords(store, { [name]: text })
}

/** Writes any text in the place of each record, by name. */
export async function damageRecords(store: ObjectStore, texts: Readonly<Record<string, string>>): Promise<void> {
  await changeEach(store, Object.keys(texts), () => MARK)
  for (const { key } of await listAll(store, FOLDER)) {
    const got = await store.get(key)
    if (got.outcome !== 'found') continue
    const body = new TextDecoder().decode(got.body)
    const damaged = Object.entries(texts).reduce((changed, [name, text]) => {
      const line = `${JSON.stringify(name)}:`
      return changed.replace(`${line}${JSON.stringify(MARK)}`, () => line + text)
    }, body)
    if (damaged !== body) await store.put(key, new TextEncoder().encode(damaged))
  }
}

const MARK = 'damaged'

/** Deletes all pages. */
export async function deletePages(store: ObjectStore): Promise<void> {
  const keys = (await listAll(store, FOLDER)).map(({ key }) => key)
  if (keys.length > 0) await store.delete(keys)
}

/** Deletes the outcomes of all runs, in the pages and in the segments, as pruning or a rule of the bucket does. */
export async function deleteOutcomes(store: ObjectStore): Promise<void> {
  const ledger = rawLedger(store)
  for await (const page of ledger.pages()) {
    const ids = [...page.entries()].map(({ id }) => id)
    if (ids.length > 0) await ledger.dropEntries(page.name, ids)
  }
  await ledger.close()
  const keys = (await listAll(store, 'segments/')).map(({ key }) => key)
  if (keys.length > 0) await store.delete(keys)
}
