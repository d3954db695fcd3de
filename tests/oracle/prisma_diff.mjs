// Prints what `prisma migrate diff` says between databases and schemas: Prisma's own engine (WebAssembly, from
// npm) asks real databases, PostgreSQL by way of `pg`, SQLite by way of `node-sqlite3-wasm`.
//
// Reads JSON from standard input: {"server": {host, user, …}, "pairs": [{"database": name, "files": {path:
// content}}, …]}; a database of SQLite is made anew of the SQL in "sqlite" instead of having a name. Writes a
// JSON array of {"summary": …, "script": …} or {"error": …}. The first argument is the folder that holds
// `node_modules`' packages.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const modules = process.argv[2]

const load = (name, file) => import(pathToFileURL(path.join(modules, name, file)).href)

const entry = (name) => {
  const description = JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8'))
  const { import: file } = description.exports['.']
  return load(name, file.default ?? file)
}

const engine = await entry('@prisma/schema-engine-wasm')
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = await entry('@prisma/driver-adapter-utils')
const { default: pg } = await load('pg', 'lib/index.js')
const { default: sqlite } = await load('node-sqlite3-wasm', 'dist/node-sqlite3-wasm.js')

globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => console.error(message) }

// By type OID (pg_type.dat); everything else is text.
const columnTypes = {
  16: ColumnTypeEnum.Boolean,
  18: ColumnTypeEnum.Character,
  20: ColumnTypeEnum.Int64,
  21: ColumnTypeEnum.Int32,
  23: ColumnTypeEnum.Int32,
  26: ColumnTypeEnum.Int64,
  1002: ColumnTypeEnum.CharacterArray,
  1003: ColumnTypeEnum.TextArray,
  1005: ColumnTypeEnum.Int32Array,
  1007: ColumnTypeEnum.Int32Array,
  1009: ColumnTypeEnum.TextArray,
}
const asText = new Set([18, 19, 20, 25, 26])
const textArray = 1009
const namesArray = new Set([1002, 1003])

const types = {
  getTypeParser: (oid) =>
    asText.has(oid) || columnTypes[oid] === undefined
      ? (value) => value
      : pg.types.getTypeParser(namesArray.has(oid) ? textArray : oid),
}

const postgresql = (client) => async ({ sql, args }) => {
  const { fields, rows } = await client.query({ text: sql, values: args, rowMode: 'array', types })
  return {
    columnNames: fields.map((field) => field.name),
    columnTypes: fields.map((field) => columnTypes[field.dataTypeID] ?? ColumnTypeEnum.Text),
    rows,
  }
}

const inMemory = (database) => async ({ sql, args }) => {
  // the engine writes a string in double quotes, which this SQLite takes for a name
  const found = database.all(sql.replace(/ name = "(.*)";$/, " name = '$1'"), args)
  const columnNames = Object.keys(found[0] ?? {})
  const isNumber = (name) => found.some((row) => ['number', 'bigint'].includes(typeof row[name]))
  return {
    columnNames,
    columnTypes: columnNames.map((name) => (isNumber(name) ? ColumnTypeEnum.Int64 : ColumnTypeEnum.Text)),
    rows: found.map((row) => columnNames.map((name) => (isNumber(name) ? String(row[name]) : row[name]))),
  }
}

const connected = async (pair) => {
  if (pair.sqlite !== undefined) {
    const database = new sqlite.Database(':memory:')
    database.exec(pair.sqlite)
    return { provider: 'sqlite', lock: 'sqlite', queryRaw: inMemory(database), close: async () => database.close() }
  }
  const client = new pg.Client({ ...server, database: pair.database })
  await client.connect()
  return { provider: 'postgres', lock: 'postgresql', queryRaw: postgresql(client), close: () => client.end() }
}

const adapter = ({ provider, queryRaw }) => ({
  provider,
  adapterName: 'oracle',
  queryRaw,
  executeRaw: async () => 0,
  executeScript: async () => {},
  startTransaction: async () => ({}),
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: async () => {},
})

const diff = async (connection, files, script) => {
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: connection.provider,
    adapterName: 'oracle',
    connect: async () => adapter(connection),
    connectToShadowDb: async () => adapter(connection),
  })
  const datamodels = files.map((file) => [file.path, file.content])
  const schemaEngine = await engine.SchemaEngine.new({ datamodels }, () => {}, factory)
  const answer = await schemaEngine.diff({
    // the database that the migrations have made already stands in for the one they would be run in
    from: {
      tag: 'migrations',
      baseDir: '/',
      lockfile: { path: 'migration_lock.toml', content: `provider = "${connection.lock}"\n` },
      shadowDbInitScript: '',
      migrationDirectories: [],
    },
    to: { tag: 'schemaDatamodel', files },
    script,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return answer.stdout
}

const { server, pairs } = JSON.parse(fs.readFileSync(0, 'utf8'))
const answers = []
for (const pair of pairs) {
  let connection
  try {
    connection = await connected(pair)
    const files = Object.entries(pair.files).map(([path, content]) => ({ path, content }))
    const summary = await diff(connection, files, false)
    answers.push({ summary, script: await diff(connection, files, true) })
  } catch (error) {
    answers.push({ error: String(error.message ?? error) })
  } finally {
    await connection?.close()
  }
}
process.stdout.write(JSON.stringify(answers))
