namespace HybridStore.Native.Csv;

/// <summary>What a column's fields are turned into.</summary>
public enum CsvValueKind
{
    /// <summary>Nothing: the field must be there, and is not looked at.</summary>
    Skip,

    /// <summary>Nothing, because there is nothing: a field that holds anything is rejected. For a delimiter behind the last column.</summary>
    Blank,

    /// <summary>UTF-8 text, as DuckDB's 16-byte string headers.</summary>
    Varchar,

    /// <summary><see cref="long"/>.</summary>
    BigInt,

    /// <summary><see cref="double"/>.</summary>
    Double,

    /// <summary>Value times ten to the scale: <see cref="long"/> up to 18 digits, <see cref="Int128"/> beyond.</summary>
    Decimal,

    /// <summary>One <see cref="byte"/>, 0 or 1.</summary>
    Boolean,

    /// <summary><see cref="int"/> days since 1970-01-01.</summary>
    Date,

    /// <summary><see cref="long"/> microseconds since 1970-01-01 00:00, of a clock whose zone the text does not name.</summary>
    Timestamp,

    /// <summary><see cref="long"/> microseconds since 1970-01-01 00:00 UTC.</summary>
    TimestampTz,
}
