"""Prisma schemas: one file or a folder of them, for every provider, Prisma 6 and 7."""

SUFFIXES: tuple[str, ...] = (".prisma",)
