namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB's type ids. Source: <c>duckdb.h</c>, <c>DUCKDB_TYPE</c>; values are the C API's.</summary>
public enum DuckDbType
{
    /// <summary>No type: an error marker.</summary>
    Invalid = 0,
    /// <summary>One byte, 0 or 1.</summary>
    Boolean = 1,
    /// <summary>8-bit signed.</summary>
    TinyInt = 2,
    /// <summary>16-bit signed.</summary>
    SmallInt = 3,
    /// <summary>32-bit signed.</summary>
    Integer = 4,
    /// <summary>64-bit signed.</summary>
    BigInt = 5,
    /// <summary>8-bit unsigned.</summary>
    UTinyInt = 6,
    /// <summary>16-bit unsigned.</summary>
    USmallInt = 7,
    /// <summary>32-bit unsigned.</summary>
    UInteger = 8,
    /// <summary>64-bit unsigned.</summary>
    UBigInt = 9,
    /// <summary>IEEE 754 single.</summary>
    Float = 10,
    /// <summary>IEEE 754 double.</summary>
    Double = 11,
    /// <summary>Microseconds since 1970-01-01 00:00:00, no zone (64-bit).</summary>
    Timestamp = 12,
    /// <summary>Days since 1970-01-01 (32-bit).</summary>
    Date = 13,
    /// <summary>Microseconds since midnight (64-bit).</summary>
    Time = 14,
    /// <summary>Months, days (32-bit each) and microseconds (64-bit).</summary>
    Interval = 15,
    /// <summary>128-bit signed.</summary>
    HugeInt = 16,
    /// <summary>UTF-8 text, a 16-byte string header.</summary>
    Varchar = 17,
    /// <summary>Bytes, a 16-byte string header.</summary>
    Blob = 18,
    /// <summary>Scaled integer of 16, 32, 64 or 128 bits, by width.</summary>
    Decimal = 19,
    /// <summary>Seconds since 1970-01-01 (64-bit).</summary>
    TimestampS = 20,
    /// <summary>Milliseconds since 1970-01-01 (64-bit).</summary>
    TimestampMs = 21,
    /// <summary>Nanoseconds since 1970-01-01 (64-bit).</summary>
    TimestampNs = 22,
    /// <summary>Index into a dictionary of strings, of 8, 16 or 32 bits.</summary>
    Enum = 23,
    /// <summary>Offset and length (64-bit each) into a child vector.</summary>
    List = 24,
    /// <summary>One child vector for each field.</summary>
    Struct = 25,
    /// <summary>A list of structs of key and value.</summary>
    Map = 26,
    /// <summary>128 bits, the top bit flipped for sorting.</summary>
    Uuid = 27,
    /// <summary>A struct: a tag, then one child vector for each member.</summary>
    Union = 28,
    /// <summary>Bits, a 16-byte string header.</summary>
    Bit = 29,
    /// <summary>Microseconds and an offset packed into 64 bits.</summary>
    TimeTz = 30,
    /// <summary>Microseconds since 1970-01-01 00:00:00 UTC (64-bit).</summary>
    TimestampTz = 31,
    /// <summary>128-bit unsigned.</summary>
    UHugeInt = 32,
    /// <summary>A fixed number of child values for each row.</summary>
    Array = 33,
    /// <summary>A placeholder in function signatures.</summary>
    Any = 34,
    /// <summary>An integer of any length, a 16-byte string header.</summary>
    BigNum = 35,
    /// <summary>The type of a bare NULL.</summary>
    SqlNull = 36,
    /// <summary>The type of an untyped string literal.</summary>
    StringLiteral = 37,
    /// <summary>The type of an untyped integer literal.</summary>
    IntegerLiteral = 38,
    /// <summary>Nanoseconds since midnight (64-bit).</summary>
    TimeNs = 39,
}
