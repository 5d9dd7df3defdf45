import { encodeDocument, openStore, readDocument } from '../src/index.ts'

/**
 * A process that increments a shared counter until its own share is done, and prints every acknowledged increment:
 * `node counting-process.ts CONNECTION NAME SHARE`. A killed and restarted process continues at its count in the
 * counter.
 */
const [connection = '', name = '', share = '0'] = process.argv.slice(2)
const store = openStore(connection)

for (let write = 0; ; write++) {
  const read = await readDocument(store, 'counter.json')
  const counts = read.outcome === 'found' ? (read.fields as Record<string, number>) : {}
  const own = (counts[name] ?? 0) + 1
  if (own > Number(share)) break
  const condition = read.outcome === 'found' ? { ifMatch: read.etag } : ({ ifAbsent: true } as const)
  const fields = { ...counts, [name]: own, total: (counts['total'] ?? 0) + 1 }
  const put = await store.put('counter.json', encodeDocument(fields, `${process.pid}.${write}`), { condition })
  if (put.outcome === 'written') process.stdout.write(`${own}\n`)
}
await store.close()
