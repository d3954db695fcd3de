"""PostgreSQL's operator classes that are the default of their type: writing one changes nothing.

Source: `select opcname from pg_opclass where opcdefault` on PostgreSQL 18, less those whose name is also
that of a class which is no default for another type.
"""

DEFAULT_OPERATOR_CLASSES = frozenset(
    "array_ops bit_ops bool_ops bpchar_ops bytea_ops char_ops cidr_ops date_ops enum_ops float4_ops"
    " float8_ops inet_ops int2_ops int4_ops int8_ops interval_ops jsonb_ops macaddr8_ops macaddr_ops"
    " money_ops multirange_ops name_ops numeric_ops oid_ops oidvector_ops pg_lsn_ops range_ops record_ops"
    " text_ops tid_ops time_ops timestamp_ops timestamptz_ops timetz_ops tsquery_ops tsvector_ops uuid_ops"
    " varbit_ops xid8_ops".split()
)
