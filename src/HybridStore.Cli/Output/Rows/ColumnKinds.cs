using HybridStore.Native.DuckDb;

namespace HybridStore.Cli.Output.Rows;

/// <summary>What the terminal needs to know of a type.</summary>
internal static class ColumnKinds
{
    /// <summary>Whether values are compared digit below digit.</summary>
    internal static bool IsNumber(this DuckDbLogicalType type) => type.Id is
        DuckDbType.TinyInt or DuckDbType.SmallInt or DuckDbType.Integer or DuckDbType.BigInt or DuckDbType.HugeInt or DuckDbType.UTinyInt or DuckDbType.USmallInt
        or DuckDbType.UInteger or DuckDbType.UBigInt or DuckDbType.UHugeInt or DuckDbType.Float or DuckDbType.Double or DuckDbType.Decimal or DuckDbType.BigNum;

    /// <summary>Whether values are dates or times, which say something else when they are cut.</summary>
    internal static bool IsTime(this DuckDbLogicalType type) => type.Id is
        DuckDbType.Date or DuckDbType.Time or DuckDbType.TimeNs or DuckDbType.TimeTz or DuckDbType.Timestamp or DuckDbType.TimestampS or DuckDbType.TimestampMs
        or DuckDbType.TimestampNs or DuckDbType.TimestampTz or DuckDbType.Interval;
}
