namespace HybridStore.Schema;

/// <summary>The types that a dataset's column can have: those that Parquet, Delta Lake, DuckDB and Postgres all keep exactly.</summary>
public enum ColumnKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>64-bit signed integer.</summary>
    BigInt,

    /// <summary>IEEE 754 double.</summary>
    Double,

    /// <summary>Decimal of up to 38 digits; integers beyond 64 bits are decimals of scale 0.</summary>
    Decimal,

    /// <summary>Calendar date.</summary>
    Date,

    /// <summary>Microseconds, local to the dataset's time zone.</summary>
    Timestamp,

    /// <summary>Microseconds, an instant (UTC).</summary>
    TimestampTz,

    /// <summary>UTF-8 text.</summary>
    Varchar,

    /// <summary>Any number of values of one type. Comes from Parquet that others wrote or from a derivation, never from CSV.</summary>
    List,

    /// <summary>Named fields. Comes from Parquet that others wrote or from a derivation, never from CSV.</summary>
    Struct,
}
