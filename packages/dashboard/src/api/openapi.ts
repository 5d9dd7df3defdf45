import { OPERATIONS } from './operations.ts'
import type { Operation } from './operation.ts'
import { refTo, SCHEMAS } from './schemas.ts'

/** The API as a document. @param base - the mount path of the dashboard */
export function openApiDocument(base: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation)
  return {
    openapi: '3.1.0',
    info: {
      title: 's3sched',
      version: '1',
      description: 'A fleet of s3sched. Instants are epoch milliseconds; objects may get more fields at any time.',
    },
    servers: [{ url: `${base}/api` }],
    paths,
    components: { schemas: SCHEMAS },
  }
}

function describe({ answers, gives, id, path, query = [], summary, takes }: Operation): object {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  return {
    operationId: id,
    summary,
    parameters: [
      ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      ...query.map((parameter) => ({ ...parameter, in: 'query' })),
    ],
    ...(takes === undefined ? {} : { requestBody: jsonOf(takes) }),
    responses: {
      [answers]: { description: 'Done', ...jsonOf(gives) },
      default: { description: 'Not done', ...jsonOf(refTo('Error')) },
    },
  }
}

function jsonOf(schema: object): object {
  return { content: { 'application/json': { schema } } }
}
