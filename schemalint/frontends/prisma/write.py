"""Puts repairs into the words of a Prisma schema, and into edits of it."""

from __future__ import annotations

from bisect import bisect_right

from schemalint.catalog import Key
from schemalint.diagnostic import Fix
from schemalint.finding import Repair
from schemalint.frontends.prisma.read import parsed
from schemalint.frontends.prisma.syntax import Array, Attribute, Block, Word
from schemalint.operations import AddIndex, DropConstraint, DropIndex, Operation
from schemalint.source import Edit, SourceFile, Sources, Span, UnreadableFile

_SPACES = " \t"


def fix(repair: Repair, sources: Sources) -> Fix | None:
    """The repair as edits of the schema; None where it can't be said there."""
    parts: list[tuple[str, Edit]] = []
    for operation in repair.operations:
        span = repair.span if operation.span is None or len(repair.operations) == 1 else operation.span
        try:
            part = _fix(operation, span, sources.read(span.path))
        except UnreadableFile:
            return None
        if part is None:
            return None
        parts.append(part)
    if not parts:
        return None
    title = " and ".join(words for words, _ in parts)
    return Fix(title=title, edits=tuple(edit for _, edit in parts), safe=repair.safe)


def _fix(operation: Operation, span: Span, file: SourceFile) -> tuple[str, Edit] | None:
    if isinstance(operation, (DropIndex, DropConstraint)):
        return _removal(span, file)
    return _addition(operation, span, file) if isinstance(operation, AddIndex) else None


def _removal(span: Span, file: SourceFile) -> tuple[str, Edit] | None:
    """Takes the attribute at `span` away: with its line where it stands alone, else with spaces before it."""
    text = file.text
    words = text[span.start : span.end]
    if not words.startswith("@"):
        return None
    start, end = span.start, span.end
    while start > 0 and text[start - 1] in _SPACES:
        start -= 1
    behind = end
    while behind < len(text) and text[behind] in _SPACES:
        behind += 1
    if start == 0 or text[start - 1] in "\r\n":
        if text.startswith("\r\n", behind):
            end = behind + 2
        elif behind == len(text) or text[behind] in "\r\n":
            end = min(behind + 1, len(text))
        else:  # a comment stays
            start, end = span.start, behind
    return f"remove `{words}`", Edit(file.span(start, end), "")


def _addition(operation: AddIndex, span: Span, file: SourceFile) -> tuple[str, Edit] | None:
    """Adds `@@index` behind the other block attributes of the model that `span` lies in."""
    block = _block_at(span.start, parsed(file.text).blocks)
    index = operation.index
    if block is None or not block.complete or index.unique or index.predicate is not None:
        return None
    fields = _fields_by_column(block)
    names = []
    for key in index.keys:
        field = fields.get(key.column or "")
        if field is None:
            return None
        names.append(_with_options(field, key))
    if any(_fields(attribute) == names for attribute in block.attributes if attribute.name == "index"):
        return None  # it is declared, and only missing from the database
    words = f"@@index([{', '.join(names)}])"
    return f"add `{words}`", _insertion(words, block, file)


def _block_at(offset: int, blocks: tuple[Block, ...]) -> Block | None:
    at = bisect_right(blocks, offset, key=lambda block: block.start) - 1
    return blocks[at] if at >= 0 and blocks[at].keyword == "model" and offset < blocks[at].end else None


def _fields_by_column(block: Block) -> dict[str, str]:
    """The names of a model's fields by those of their columns."""
    found = {}
    for field in block.fields:
        mapped = field.attribute("map")
        name = mapped.text("name", unnamed=True) if mapped is not None else None
        found[name or field.name] = field.name
    return found


def _fields(attribute: Attribute) -> list[str]:
    """The fields of an index, where they stand without options."""
    value = attribute.argument("fields", unnamed=True)
    return [item.text for item in value.items if isinstance(item, Word)] if isinstance(value, Array) else []


def _with_options(field: str, key: Key) -> str:
    options = []
    if key.order == "desc":
        options.append("sort: Desc")
    if key.length is not None:
        options.append(f"length: {key.length}")
    return f"{field}({', '.join(options)})" if options else field


def _insertion(words: str, block: Block, file: SourceFile) -> Edit:
    """A line behind the last block attribute; or, behind an empty line, one before the closing brace."""
    text = file.text
    last = None
    for attribute in block.attributes:
        last = attribute
    line_end = "\r\n" if text.find("\r\n", block.start, block.end) >= 0 else "\n"
    if last is not None:
        indentation = _indentation(text, last.start)
        at = _next_line(text, last.end)
        return Edit(file.span(at, at), f"{indentation}{words}{line_end}")
    indentation = "  "
    for field in block.fields:
        indentation = _indentation(text, field.start)
    at = _line_start(text, block.end - 1)
    before = text[:at].rstrip(_SPACES)
    empty_line = "" if before.endswith(("\n\n", "\n\r\n", "\r\r", "{\n", "{\r\n")) else line_end
    return Edit(file.span(at, at), f"{empty_line}{indentation}{words}{line_end}")


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _next_line(text: str, offset: int) -> int:
    ends = [at for at in (text.find("\n", offset), text.find("\r", offset)) if at >= 0]
    if not ends:
        return len(text)
    at = min(ends)
    return at + 2 if text.startswith("\r\n", at) else at + 1


def _indentation(text: str, offset: int) -> str:
    """The white space that the line of `offset` begins with."""
    start = _line_start(text, offset)
    line = text[start:offset]
    return line[: len(line) - len(line.lstrip())]
