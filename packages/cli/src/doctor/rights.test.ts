import { expect, it } from 'vitest'
import { rightsOf } from './rights.ts'

it.each([
  ['s3://bucket', 's3:PutObject'],
  ['https://host/bucket', 's3:PutObject'],
  ['az://account/container', "the role 'Storage Blob Data Contributor' on the container"],
  [
    'gs://bucket',
    "storage.objects.create and storage.objects.delete (the role 'Storage Object User' on the bucket has it)",
  ],
])('names the right to write in the words of %s', (connection, right) => {
  expect(rightsOf(connection).write).toBe(right)
})
