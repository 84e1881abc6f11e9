using DuckDB.NET.Native;
using HybridStore.Lake;
using HybridStore.Native.DuckDb;

namespace HybridStore.Query.Export;

/// <summary>The SQL that makes a result fit for Parquet: what DuckDB would change in silence is written as another type, or refused.</summary>
/// <remarks>
/// DuckDB 1.5.6 writes 128-bit integers as DOUBLE, the time of an interval in milliseconds modulo 2^32, times with an offset without it,
/// and enums with the bounds of all their members. README, "Types in every output", is what comes of it.
/// </remarks>
internal static class ParquetResultSql
{
    private const string ExactInteger = "DECIMAL(38,0)";
    private const string Text = "VARCHAR";

    /// <summary>A statement's columns, without its rows.</summary>
    internal static string Describe(string select) => $"SELECT * FROM ({Body(select)}\n) LIMIT 0";

    /// <summary>Whether zeros with a sign may stand where the statement does not look for them.</summary>
    internal static bool HasHiddenDoubles(IEnumerable<DuckDbColumn> columns) =>
        columns.Any(column => column.Type.Children.Any(child => HasDoubles(child.Type)));

    /// <summary>The statement whose result is written.</summary>
    /// <param name="select">What was asked for.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="encoding">How they are written.</param>
    internal static string Select(string select, IReadOnlyList<DuckDbColumn> columns, ParquetEncoding encoding)
    {
        // By place: the names need not differ.
        var places = Enumerable.Range(0, columns.Count).Select(index => $"c{index}").ToList();
        var values = columns.Select((column, index) => $"{Value(column, places[index], encoding)} AS {SqlText.Identifier(column.Name)}");
        return $"SELECT {string.Join(", ", values)} FROM ({Body(select)}\n) AS result({string.Join(", ", places)})";
    }

    private static string Value(DuckDbColumn column, string place, ParquetEncoding encoding) => column.Type.Id switch
    {
        DuckDBType.Float or DuckDBType.Double when encoding == ParquetEncoding.Dictionaries => SignedZeroSql.Guard(place),
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt => Integer(column.Name, place),
        _ when StoredAs(column.Type) is { } type => $"CAST({place} AS {type})",
        _ => place,
    };

    private static string Integer(string name, string place)
    {
        var refusal = SqlText.Literal($"column '{name}': expected a whole number of at most 38 digits, the most that Parquet can hold, found ");
        var cast = $"TRY_CAST({place} AS {ExactInteger})";
        return $"CASE WHEN {place} IS NOT NULL AND {cast} IS NULL "
            + $"THEN error({refusal} || {place} || '. Cast it, such as with ::DOUBLE or ::VARCHAR') ELSE {cast} END";
    }

    /// <summary>The type that holds what another would lose.</summary>
    /// <returns>Null when nothing is lost.</returns>
    private static string? StoredAs(DuckDbTypeInfo type) => type.Id switch
    {
        DuckDBType.HugeInt or DuckDBType.UnsignedHugeInt => ExactInteger,
        DuckDBType.Interval or DuckDBType.TimeTz or DuckDBType.Enum => Text,
        _ when type.Children.All(child => StoredAs(child.Type) is null) => null,
        DuckDBType.List => $"{Inner(type, 0)}[]",
        DuckDBType.Array => $"{Inner(type, 0)}[{type.ArrayLength}]",
        DuckDBType.Map => $"MAP({Inner(type, 0)}, {Inner(type, 1)})",
        DuckDBType.Union => $"UNION({Fields(type)})",
        _ => $"STRUCT({Fields(type)})",
    };

    private static string Fields(DuckDbTypeInfo type) =>
        string.Join(", ", type.Children.Select((child, index) => $"{SqlText.Identifier(child.Name)} {Inner(type, index)}"));

    private static string Inner(DuckDbTypeInfo type, int index) =>
        StoredAs(type.Children[index].Type) ?? type.Children[index].Type.ToString();

    private static bool HasDoubles(DuckDbTypeInfo type) =>
        type.Id is DuckDBType.Float or DuckDBType.Double || type.Children.Any(child => HasDoubles(child.Type));

    private static string Body(string select) => select.TrimEnd().TrimEnd(';');
}
