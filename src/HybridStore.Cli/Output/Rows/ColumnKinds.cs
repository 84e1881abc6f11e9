using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Cli.Output.Rows;

/// <summary>What the terminal needs to know of a type.</summary>
internal static class ColumnKinds
{
    /// <summary>Whether values are compared digit below digit.</summary>
    internal static bool IsNumber(this DuckDbTypeInfo type) => type.Id is
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.HugeInt or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt
        or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt or DuckDBType.UnsignedHugeInt or DuckDBType.Float or DuckDBType.Double or DuckDBType.Decimal or DuckDBType.VarInt;

    /// <summary>Whether values are dates or times, which say something else when they are cut.</summary>
    internal static bool IsTime(this DuckDbTypeInfo type) => type.Id is
        DuckDBType.Date or DuckDBType.Time or DuckDbTypeInfo.TimeNs or DuckDBType.TimeTz or DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs
        or DuckDBType.TimestampNs or DuckDBType.TimestampTz or DuckDBType.Interval;
}
