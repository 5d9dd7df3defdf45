import { expect, it } from 'vitest'
import { hideSecrets } from './hide-secrets.ts'

it('hides the secret and the token, as written and as meant', () => {
  const connection = 's3://AKIA:a%2Fb%2Bcd@bucket?sessionToken=t%3Dok'
  const text = `refused ${connection}: a/b+cd and a%2Fb%2Bcd and t=ok`
  expect(hideSecrets(text, connection)).toBe('refused s3://***@bucket?sessionToken=***: *** and *** and ***')
})

it('leaves a text alone that holds none', () => {
  expect(hideSecrets('bucket is away', 's3://bucket')).toBe('bucket is away')
  expect(hideSecrets('bucket is away', undefined)).toBe('bucket is away')
  expect(hideSecrets('%zz is away', 's3://a:%zz%zz@bucket')).toBe('%zz is away')
})
