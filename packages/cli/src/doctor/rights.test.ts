import { expect, it } from 'vitest'
import { checkVersions } from './check-versions.ts'
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

it('warns of a soft delete, which keeps each replaced object', () => {
  const unknown = { versioning: undefined, expiresNoncurrent: undefined, retentionDays: undefined }
  expect(checkVersions({ ...unknown, softDeleteDays: 7 })).toMatchObject([
    {
      level: 'notice',
      message: expect.stringContaining('soft delete keeps each replaced object for 7 days') as string,
    },
  ])
  expect(checkVersions({ ...unknown, softDeleteDays: 0 })).toEqual([])
})
