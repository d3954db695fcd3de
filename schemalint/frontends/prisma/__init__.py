"""Prisma schemas: one file or a folder of them, for every provider, up to Prisma 7."""

SUFFIXES: tuple[str, ...] = (".prisma",)

COMPANIONS: tuple[str, ...] = ("package.json",)
