// Prints the SQL that Prisma itself would create for schemas: `prisma migrate diff --from-empty`, with
// Prisma's own engine (WebAssembly, from npm), no database and no download.
//
// Reads a JSON array of schemas from standard input, each an object of file contents by path; writes a JSON
// array of {"sql": …} or {"error": …}. The first argument is the folder that holds `node_modules`' packages.
//
// Connection URLs, extensions, and preview features that are none any more are blanked first, since the
// current engine refuses them; where the SQL needs an extension (pg_trgm, vector), make it before running it.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = process.argv[2]

const load = (name) => {
  const folder = path.join(modules, name)
  const description = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const { import: entry } = description.exports['.']
  return import(pathToFileURL(path.join(folder, entry.default ?? entry)).href)
}

const engine = await load('@prisma/schema-engine-wasm')
const { bindMigrationAwareSqlAdapterFactory } = await load('@prisma/driver-adapter-utils')

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) }

const providers = { postgresql: 'postgres', postgres: 'postgres', cockroachdb: 'postgres', sqlite: 'sqlite' }
const text = 7 // the adapter's column type for text

const previewFeatures = ['partialIndexes', 'views', 'postgresqlExtensions', 'shardKeys']

const modernized = (content) =>
  content
    .replace(/^\s*(url|directUrl|shadowDatabaseUrl|extensions)\s*=\s*(\[[^\]]*\]|.*$)/gm, '')
    .replace(/^(\s*previewFeatures\s*=\s*)\[([^\]]*)\]/gm, (_, key, list) => {
      const kept = previewFeatures.filter((name) => list.includes(`"${name}"`))
      return `${key}[${kept.map((name) => `"${name}"`).join(', ')}]`
    })

const ddl = async (schema) => {
  const files = Object.entries(schema).map(([path, content]) => ({
    path,
    content: modernized(content),
  }))
  const declared = files
    .map((file) => /datasource\s+\w+\s*\{[^}]*provider\s*=\s*"(\w+)"/.exec(file.content)?.[1])
    .find(Boolean)
  const provider = providers[declared]
  if (!provider) throw new Error(`this engine build knows postgresql, cockroachdb and sqlite, not ${declared}`)
  const version = provider === 'postgres' ? 'PostgreSQL 17.0' : '3.46.0'
  const adapter = {
    provider,
    adapterName: 'offline',
    queryRaw: async ({ sql }) =>
      /version/i.test(sql)
        ? { columnNames: ['version'], columnTypes: [text], rows: [[version]] }
        : { columnNames: [], columnTypes: [], rows: [] },
    executeRaw: async () => 0,
    executeScript: async () => {},
    startTransaction: async () => ({}),
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  }
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider,
    adapterName: 'offline',
    connect: async () => adapter,
    connectToShadowDb: async () => adapter,
  })
  const datamodels = files.map((file) => [file.path, file.content])
  const schemaEngine = await engine.SchemaEngine.new({ datamodels }, () => {}, factory)
  const diff = await schemaEngine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return diff.stdout
}

const answers = []
for (const schema of JSON.parse(fs.readFileSync(0, 'utf8'))) {
  try {
    answers.push({ sql: await ddl(schema) })
  } catch (error) {
    answers.push({ error: String(error.message ?? error) })
  }
}
process.stdout.write(JSON.stringify(answers))
