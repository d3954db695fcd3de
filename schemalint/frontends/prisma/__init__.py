"""Prisma schemas: one file or a folder of them, for every provider, up to Prisma 7."""

SUFFIXES: tuple[str, ...] = (".prisma",)

PACKAGE = "package.json"
CATALOG = "pnpm-workspace.yaml"
COMPANIONS: tuple[str, ...] = (PACKAGE, CATALOG)
