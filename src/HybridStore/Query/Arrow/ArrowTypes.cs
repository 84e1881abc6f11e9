using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query.Arrow;

/// <summary>Which columns have an exact Arrow type; DuckDB itself changes values of the others without an error.</summary>
internal sealed class ArrowTypes
{
    /// <summary>The most digits of a decimal128.</summary>
    private static readonly Int128 DecimalLimit = Int128.Parse("100000000000000000000000000000000000000", null);

    private readonly IReadOnlyList<DuckDbColumn> _columns;
    private readonly int[] _hugeIntegers;

    /// <exception cref="StoreException">Usage: a column's type has no exact Arrow type.</exception>
    internal ArrowTypes(IReadOnlyList<DuckDbColumn> columns)
    {
        _columns = columns;
        foreach (var column in columns) Require(column, column.Type, isNested: false);
        _hugeIntegers = [.. Enumerable.Range(0, columns.Count).Where(index => columns[index].Type.Id == DuckDBType.HugeInt)];
    }

    /// <summary>Checks values whose type is wider than its Arrow type.</summary>
    /// <exception cref="StoreException">SourceData: one does not fit.</exception>
    internal void CheckValues(DuckDbChunk chunk)
    {
        foreach (var index in _hugeIntegers)
        {
            var vector = chunk.Column(index);
            var values = vector.Values<Int128>();
            for (var row = 0; row < values.Length; row++)
            {
                if (vector.IsNull(row) || (values[row] < DecimalLimit && values[row] > -DecimalLimit)) continue;
                throw new StoreException(
                    StoreErrorKind.SourceData,
                    $"column '{_columns[index].Name}': the value {values[row]} has more than the 38 digits of Arrow's decimal128. Cast it: ::VARCHAR.");
            }
        }
    }

    private static void Require(DuckDbColumn column, DuckDbTypeInfo type, bool isNested)
    {
        switch (type.Id)
        {
            case DuckDBType.Boolean or DuckDBType.TinyInt or DuckDBType.SmallInt or DuckDBType.Integer or DuckDBType.BigInt
                or DuckDBType.UnsignedTinyInt or DuckDBType.UnsignedSmallInt or DuckDBType.UnsignedInteger or DuckDBType.UnsignedBigInt
                or DuckDBType.Float or DuckDBType.Double or DuckDBType.Decimal or DuckDBType.Varchar or DuckDBType.Enum or DuckDBType.Blob or DuckDBType.Uuid
                or DuckDBType.Date or DuckDBType.Time
                or DuckDBType.Timestamp or DuckDBType.TimestampS or DuckDBType.TimestampMs or DuckDBType.TimestampNs or DuckDBType.TimestampTz:
                return;
            case DuckDBType.HugeInt when !isNested:
                return;
            case DuckDBType.List or DuckDBType.Array or DuckDBType.Struct or DuckDBType.Map:
                foreach (var (_, child) in type.Children) Require(column, child, isNested: true);
                return;
            default:
                throw new StoreException(
                    StoreErrorKind.Usage,
                    $"column '{column.Name}': there is no Arrow type that holds every {type} exactly. Cast it in the query, such as with ::VARCHAR.");
        }
    }
}
