"""SQL: migration histories of every layout, and schema files, for PostgreSQL, MySQL and SQLite."""

SUFFIXES = (".sql", ".SQL", ".Sql")

COMPANIONS = (
    "migration_lock.toml", "meta/_journal.json", "snapshot.json", "sqitch.plan", "sqitch.conf",
    "metadata.toml", "manifest.json", "tern.conf", "yoyo.ini", "flyway.conf", "flyway.toml",
    "flyway.properties", ".sql.conf", "application.properties", "application.yml", "application.yaml",
    "liquibase.properties", "changelog.xml", "changelog.yaml", "changelog.yml", "changelog.json",
    "master.xml", "master.yaml", "master.yml", "atlas.sum", "atlas.hcl", "dbconfig.yml", "database.yml",
    "sqlc.yaml", "sqlc.yml", "sqlc.json", "drizzle.config.ts", "drizzle.config.js",
    "drizzle.config.mjs", "knexfile.js", "knexfile.ts", "wrangler.toml", "wrangler.json",
    "wrangler.jsonc", "Cargo.toml", "go.mod", "package.json", "env.py", "supabase/config.toml",
)  # fmt: skip
"""How the paths of other files end that tell what SQL files are, and for which database."""
