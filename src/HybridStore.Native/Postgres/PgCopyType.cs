namespace HybridStore.Native.Postgres;

/// <summary>How a DuckDB column goes into Postgres' binary COPY.</summary>
public enum PgCopyType
{
    /// <summary>BOOLEAN to boolean.</summary>
    Boolean,

    /// <summary>BIGINT to bigint.</summary>
    Int8,

    /// <summary>DOUBLE to double precision, bit for bit.</summary>
    Float8,

    /// <summary>DECIMAL to numeric.</summary>
    Numeric,

    /// <summary>DATE to date.</summary>
    Date,

    /// <summary>TIMESTAMP to timestamp, or TIMESTAMP WITH TIME ZONE to timestamptz: both count microseconds.</summary>
    Timestamp,

    /// <summary>VARCHAR to text.</summary>
    Text,

    /// <summary>Any type, by texts of <see cref="PgCopyTexts"/>: jsonb, whose binary form is a byte 1 and its text.</summary>
    Made,
}
