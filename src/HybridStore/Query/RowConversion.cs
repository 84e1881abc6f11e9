using System.Reflection;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query;

/// <summary>Which .NET types a column's values may be read as: only those that lose nothing.</summary>
internal static class RowConversion
{
    private static readonly HashSet<Type> Integers = [typeof(sbyte), typeof(short), typeof(int), typeof(long), typeof(Int128), typeof(byte), typeof(ushort), typeof(uint), typeof(ulong), typeof(UInt128)];

    /// <summary>Types that a whole row may be, when it has one column.</summary>
    private static readonly HashSet<Type> Scalars =
    [
        .. Integers, typeof(bool), typeof(double), typeof(float), typeof(decimal), typeof(string),
        typeof(DateOnly), typeof(TimeOnly), typeof(DateTime), typeof(DateTimeOffset),
    ];

    internal static bool IsScalar(Type type) => Scalars.Contains(Nullable.GetUnderlyingType(type) ?? type);

    /// <summary>The method that reads a value.</summary>
    /// <param name="column">What is stored.</param>
    /// <param name="wanted">What it is wanted as; not nullable.</param>
    /// <returns>A method of <see cref="RowValue"/>; null when there is none.</returns>
    internal static MethodInfo? Find(DuckDbTypeInfo column, Type wanted)
    {
        var name = column.Id switch
        {
            DuckDBType.Boolean when wanted == typeof(bool) => nameof(RowValue.Truth),
            DuckDBType.BigInt when wanted == typeof(long) => nameof(RowValue.Stored),
            DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.HugeInt
                or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt or DuckDBType.UnsignedHugeInt
                when Integers.Contains(wanted) || wanted == typeof(double) || wanted == typeof(decimal) => nameof(RowValue.Integer),
            DuckDBType.Double when wanted == typeof(double) => nameof(RowValue.Stored),
            DuckDBType.Float when wanted == typeof(float) => nameof(RowValue.Stored),
            DuckDBType.Float when wanted == typeof(double) => nameof(RowValue.Single),
            DuckDBType.Decimal when wanted == typeof(decimal) => nameof(RowValue.Decimal),
            DuckDBType.Decimal when wanted == typeof(double) => nameof(RowValue.DecimalAsDouble),
            DuckDBType.Date when wanted == typeof(DateOnly) => nameof(RowValue.Date),
            DuckDBType.Date when wanted == typeof(DateTime) => nameof(RowValue.DateAsTime),
            DuckDBType.Time when wanted == typeof(TimeOnly) => nameof(RowValue.TimeOfDay),
            DuckDBType.Timestamp or DuckDBType.TimestampTz when wanted == typeof(long) => nameof(RowValue.Stored),
            DuckDBType.Timestamp when wanted == typeof(DateTime) => nameof(RowValue.Time),
            DuckDBType.TimestampTz when wanted == typeof(DateTime) => nameof(RowValue.Instant),
            DuckDBType.TimestampTz when wanted == typeof(DateTimeOffset) => nameof(RowValue.InstantWithOffset),
            DuckDBType.Varchar when wanted == typeof(string) => nameof(RowValue.Text),
            _ => wanted == typeof(string) ? nameof(RowValue.AnyText) : null,
        };
        if (name is null) return null;
        var method = typeof(RowValue).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
        return method.IsGenericMethodDefinition ? method.MakeGenericMethod(wanted) : method;
    }

    /// <summary>The method that reads a stored value of a type, or null where it is absent.</summary>
    internal static MethodInfo StoredOrNull(Type wanted) =>
        typeof(RowValue).GetMethod(nameof(RowValue.StoredOrNull), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(wanted);

    /// <summary>What to declare for a column, for an error message.</summary>
    internal static string Suggested(DuckDbTypeInfo column) => column.Id switch
    {
        DuckDBType.Boolean => "bool",
        DuckDBType.Double or DuckDBType.Float => "double",
        DuckDBType.Decimal => "decimal or double",
        DuckDBType.Date => "DateOnly or DateTime",
        DuckDBType.Time => "TimeOnly",
        DuckDBType.Timestamp => "DateTime or long (microseconds)",
        DuckDBType.TimestampTz => "DateTimeOffset, DateTime or long (microseconds)",
        DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger => "long",
        DuckDBType.HugeInt or DuckDBType.UnsignedBigInt or DuckDBType.UnsignedHugeInt => "long (when it fits), Int128 or decimal",
        _ => "string",
    };
}
