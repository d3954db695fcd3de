"""PostgreSQL's operator classes that are the default of their type: writing one changes nothing.

Source: `select opcname from pg_opclass where opcdefault` on PostgreSQL 18, less those whose name is also
that of a class which is no default for another type.
"""

DEFAULT_OPERATOR_CLASSES = frozenset(
    "aclitem_ops array_ops bit_minmax_ops bit_ops bool_ops box_inclusion_ops box_ops bpchar_minmax_ops"
    " bpchar_ops bytea_minmax_ops bytea_ops char_minmax_ops char_ops cid_ops cidr_ops circle_ops"
    " date_minmax_ops date_ops enum_ops float4_minmax_ops float4_ops float8_minmax_ops float8_ops"
    " inet_inclusion_ops inet_ops int2_minmax_ops int2_ops int4_minmax_ops int4_ops int8_minmax_ops int8_ops"
    " interval_minmax_ops interval_ops jsonb_ops macaddr8_minmax_ops macaddr8_ops macaddr_minmax_ops"
    " macaddr_ops money_ops multirange_ops name_minmax_ops name_ops numeric_minmax_ops numeric_ops"
    " oid_minmax_ops oid_ops oidvector_ops pg_lsn_minmax_ops pg_lsn_ops point_ops poly_ops quad_point_ops"
    " range_inclusion_ops range_ops record_ops text_minmax_ops text_ops tid_minmax_ops tid_ops"
    " time_minmax_ops time_ops timestamp_minmax_ops timestamp_ops timestamptz_minmax_ops timestamptz_ops"
    " timetz_minmax_ops timetz_ops tsquery_ops tsvector_ops uuid_minmax_ops uuid_ops varbit_minmax_ops"
    " varbit_ops xid8_ops xid_ops".split()
)


def is_default(operator_class: str, method: str) -> bool:
    """Whether an index of that method would use the class if none were written."""
    if operator_class == "inet_ops" and method == "gist":  # the one that only some methods default to
        return False
    return operator_class in DEFAULT_OPERATOR_CLASSES
