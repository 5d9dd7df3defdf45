import { Database } from '../../src/index.ts'

/** Opens the database of the isolated actions. */
export default async function open(): Promise<{ readonly name: string; readonly isConnected: boolean }> {
  const database = new Database({ connectionString: 'memory://in-the-worker' })
  await database.connect()
  return { name: 'in-the-worker', isConnected: database.connected }
}
