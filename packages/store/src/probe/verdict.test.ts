import { describe, expect, it } from 'vitest'
import type { GetResult } from '../object-store.ts'
import { type Answers, judgeAnswers, judgeRace, judgeRead, refusal, type Violation } from './verdict.ts'

const RIGHT: Answers = {
  create: 'written',
  createAgain: 'conflict',
  update: 'written',
  staleUpdate: 'conflict',
  updateOfMissing: 'conflict',
}

describe('a sequence of conditional writes', () => {
  it('is right where each condition decided', () => {
    expect(judgeAnswers(RIGHT)).toBeUndefined()
  })

  it.each<[Partial<Answers>, Violation, RegExp]>([
    [{ create: 'conflict' }, 'refuses-creation', /refused to create a key that nobody else knows/],
    [
      { createAgain: 'written', staleUpdate: 'written' },
      'ignores-conditions',
      /success to the creation of a key that existed and to an update with a stale ETag/,
    ],
    [{ createAgain: 'written' }, 'ignores-create-condition', /honours If-Match, but .*If-None-Match/],
    [{ staleUpdate: 'written' }, 'ignores-update-condition', /honours If-None-Match, but .*If-Match/],
    [{ update: 'conflict' }, 'never-matches', /refused an update \(If-Match\) with the very ETag/],
    [{ updateOfMissing: 'written' }, 'creates-by-update', /created an object by an update/],
  ])('is wrong with %j', (answers, violation, said) => {
    expect(judgeAnswers({ ...RIGHT, ...answers })).toEqual({ violation, said: expect.stringMatching(said) })
  })

  it('is named after the first cause where one explains the others', () => {
    const ignored: Answers = { ...RIGHT, createAgain: 'written', updateOfMissing: 'written', update: 'conflict' }
    expect(judgeAnswers({ ...ignored, create: 'conflict' })?.violation).toBe('refuses-creation')
    expect(judgeAnswers(ignored)?.violation).toBe('ignores-create-condition')
    expect(judgeAnswers({ ...RIGHT, update: 'conflict', updateOfMissing: 'written' })?.violation).toBe('never-matches')
  })

  it('says nothing against a server whose answers got lost', () => {
    const lost: Answers = {
      create: 'unknown',
      createAgain: 'unknown',
      update: 'unknown',
      staleUpdate: 'unknown',
      updateOfMissing: 'unknown',
    }
    expect(judgeAnswers(lost)).toBeUndefined()
  })
})

describe('a read after the writes', () => {
  const body = (text: string): Uint8Array => new TextEncoder().encode(text)
  const written = [
    { body: body('one'), etag: '"1"' },
    { body: body('two'), etag: '"2"' },
  ]
  const read = (text: string, etag: string): GetResult =>
    ({ outcome: 'found', body: body(text), etag }) as unknown as GetResult

  it('is right with the last body and its ETag', () => {
    expect(judgeRead(read('two', '"2"'), written)).toBeUndefined()
  })

  it('is harmless with the last body under an earlier ETag', () => {
    expect(judgeRead(read('two', '"1"'), written)).toBe('stale-etag')
  })

  it.each<[string, GetResult, Violation, RegExp]>([
    ['no object', { outcome: 'missing' }, 'stale-reads', /right after a write did not find the object/],
    ['bytes of nobody', read('tw', '"2"'), 'torn-reads', /gave bytes that no successful write had/],
    ['an earlier state', read('one', '"1"'), 'stale-reads', /gave the object as it was before/],
    ['an earlier body under the last ETag', read('one', '"2"'), 'etag-ahead-of-body', /old body under the ETag/],
    ['the last body under an unknown ETag', read('two', '"9"'), 'etags-differ', /gave the ETag "9" to .* as "2"/],
  ])('is wrong with %s', (_, got, violation, said) => {
    expect(judgeRead(got, written)).toEqual({ violation, said: expect.stringMatching(said) })
  })

  it('takes the latest of two equal states', () => {
    expect(judgeRead(read('one', '"3"'), [...written, { body: body('one'), etag: '"3"' }])).toBeUndefined()
  })
})

describe('a race', () => {
  it('is right with a single winner, be the others refused or lost', () => {
    expect(judgeRace('create', ['conflict', 'written', 'unknown'])).toBeUndefined()
  })

  it('is wrong with two winners, and without a winner', () => {
    expect(judgeRace('create', ['written', 'conflict', 'written'])).toEqual({
      violation: 'racing-creates',
      said: 'one at a time it is right, but of 3 writers that raced to create one object, it told 2 that they had won',
    })
    expect(judgeRace('update', ['written', 'written'])).toMatchObject({
      violation: 'racing-updates',
      said: expect.stringMatching(/of 2 writers that raced to update one object/),
    })
    expect(judgeRace('update', ['conflict', 'conflict'])).toEqual({
      violation: 'no-winner',
      said: 'of 2 writers that raced to update one object, it let none win',
    })
  })
})

it.each<[Violation, RegExp]>([
  ['racing-updates', /went wrong\. Use a server that the README of @s3sched\/store lists as right, such as AWS S3/],
  ['refuses-creation', /Check whether something between here and the bucket answers for it$/],
  ['never-matches', /compares the quotes as a part of the ETag; upgrade it\. Use a server that the README/],
  ['stale-reads', /Turn off the cache or the replica that answers the reads\. Use a server that the README/],
])('a refusal names the store and the remedy: %s', (violation, message) => {
  const error = refusal('s3://bucket', { violation, said: 'it went wrong' })
  expect(error).toMatchObject({ code: 'UNSUPPORTED', retriable: false, context: { violation } })
  expect(error.message).toMatch(/^s3:\/\/bucket can't be used for locks and claims: it went wrong\. /)
  expect(error.message).toMatch(message)
})
