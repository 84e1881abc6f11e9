using System.Reflection;
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
    internal static MethodInfo? Find(DuckDbLogicalType column, Type wanted)
    {
        var name = column.Id switch
        {
            DuckDbType.Boolean when wanted == typeof(bool) => nameof(RowValue.Truth),
            DuckDbType.BigInt when wanted == typeof(long) => nameof(RowValue.Stored),
            DuckDbType.TinyInt or DuckDbType.SmallInt or DuckDbType.Integer or DuckDbType.BigInt or DuckDbType.HugeInt
                or DuckDbType.UTinyInt or DuckDbType.USmallInt or DuckDbType.UInteger or DuckDbType.UBigInt or DuckDbType.UHugeInt
                when Integers.Contains(wanted) || wanted == typeof(double) || wanted == typeof(decimal) => nameof(RowValue.Integer),
            DuckDbType.Double when wanted == typeof(double) => nameof(RowValue.Stored),
            DuckDbType.Float when wanted == typeof(float) => nameof(RowValue.Stored),
            DuckDbType.Float when wanted == typeof(double) => nameof(RowValue.Single),
            DuckDbType.Decimal when wanted == typeof(decimal) => nameof(RowValue.Decimal),
            DuckDbType.Decimal when wanted == typeof(double) => nameof(RowValue.DecimalAsDouble),
            DuckDbType.Date when wanted == typeof(DateOnly) => nameof(RowValue.Date),
            DuckDbType.Date when wanted == typeof(DateTime) => nameof(RowValue.DateAsTime),
            DuckDbType.Time when wanted == typeof(TimeOnly) => nameof(RowValue.TimeOfDay),
            DuckDbType.Timestamp or DuckDbType.TimestampTz when wanted == typeof(long) => nameof(RowValue.Stored),
            DuckDbType.Timestamp when wanted == typeof(DateTime) => nameof(RowValue.Time),
            DuckDbType.TimestampTz when wanted == typeof(DateTime) => nameof(RowValue.Instant),
            DuckDbType.TimestampTz when wanted == typeof(DateTimeOffset) => nameof(RowValue.InstantWithOffset),
            DuckDbType.Varchar when wanted == typeof(string) => nameof(RowValue.Text),
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
    internal static string Suggested(DuckDbLogicalType column) => column.Id switch
    {
        DuckDbType.Boolean => "bool",
        DuckDbType.Double or DuckDbType.Float => "double",
        DuckDbType.Decimal => "decimal or double",
        DuckDbType.Date => "DateOnly or DateTime",
        DuckDbType.Time => "TimeOnly",
        DuckDbType.Timestamp => "DateTime or long (microseconds)",
        DuckDbType.TimestampTz => "DateTimeOffset, DateTime or long (microseconds)",
        DuckDbType.TinyInt or DuckDbType.SmallInt or DuckDbType.Integer or DuckDbType.BigInt or DuckDbType.UTinyInt or DuckDbType.USmallInt or DuckDbType.UInteger => "long",
        DuckDbType.HugeInt or DuckDbType.UBigInt or DuckDbType.UHugeInt => "long (when it fits), Int128 or decimal",
        _ => "string",
    };
}
