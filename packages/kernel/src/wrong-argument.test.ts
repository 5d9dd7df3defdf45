import { expect, it } from 'vitest'
import { wrongArgument } from './wrong-argument.ts'

it('names the function, and tells the shape of the argument without its text', () => {
  const error = wrongArgument('open', 'an address', 'secret')
  expect(error).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: 'open: expected an address, got a text of length 6',
  })
  expect(wrongArgument('open', 'an address', undefined).message).toBe('open: expected an address, got undefined')
  expect(wrongArgument('open', 'an address', 1, 'Give one').message).toBe('open: expected an address, got 1. Give one')
})
