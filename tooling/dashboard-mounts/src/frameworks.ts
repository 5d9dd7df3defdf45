/** The code around the blocks of the dashboard's README, to make a program of each block. */
export interface Framework {
  readonly name: string
  /** The parameter stated by the block, by which the test finds the block. */
  readonly takes: string
  /** The code that a reader already has before the block. */
  readonly before: string
  /** Starts the program on any free port; `port` is known afterwards. */
  readonly after: string
}

const EXPRESS_HELLO = "app.get('/hello', (request, response) => response.json({ hello: 'world' }))"
const FASTIFY_HELLO =
  "fastify.post('/echo', async (request) => request.body)\nfastify.get('/hello', async () => ({ hello: 'world' }))"
const NEST = `import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
class AppModule {}
Module({})(AppModule)`

export const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Express',
    takes: 'express',
    before: `import express from 'express'
const app = express()
app.use((request, response, next) => {
  request.session = { isAdmin: request.headers['x-role'] !== 'guest' }
  next()
})`,
    after: `${EXPRESS_HELLO}\nconst server = app.listen(0, '127.0.0.1', () => tell(server.address().port))`,
  },
  {
    name: 'Express, behind a parser that has read the form',
    takes: 'express',
    before: `import express from 'express'
const app = express()
app.use(express.json(), express.urlencoded({ extended: true }))
app.use((request, response, next) => {
  request.session = { isAdmin: request.headers['x-role'] !== 'guest' }
  next()
})`,
    after: `${EXPRESS_HELLO}\nconst server = app.listen(0, '127.0.0.1', () => tell(server.address().port))`,
  },
  {
    name: 'Fastify',
    takes: 'fastify',
    before: "import createFastify from 'fastify'\nconst fastify = createFastify()",
    after: `${FASTIFY_HELLO}\nawait fastify.listen({ port: 0, host: '127.0.0.1' })\ntell(fastify.server.address().port)`,
  },
  {
    name: 'Hono',
    takes: 'hono',
    before: "import { serve } from '@hono/node-server'\nimport { Hono } from 'hono'\nconst app = new Hono()",
    after: `app.get('/hello', (context) => context.json({ hello: 'world' }))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => tell(port))`,
  },
  {
    name: 'NestJS',
    takes: '@nestjs/core',
    before: NEST,
    after: `app.getHttpAdapter().get('/hello', (request, response) => response.json({ hello: 'world' }))
await app.listen(0, '127.0.0.1')
tell(app.getHttpServer().address().port)`,
  },
  {
    name: "NestJS with Fastify's adapter",
    takes: 'fastify',
    before: `${NEST}
import { FastifyAdapter } from '@nestjs/platform-fastify'
const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
const fastify = app.getHttpAdapter().getInstance()`,
    after: `${FASTIFY_HELLO}\nawait app.listen(0, '127.0.0.1')\ntell(app.getHttpServer().address().port)`,
  },
]
