using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>What a dataset's table in Postgres has to get and to lose, to have the columns that the lake has now.</summary>
internal sealed class HotColumnChanges
{
    private HotColumnChanges()
    {
    }

    /// <summary>Columns of the table that hybrid made and the lake no longer has.</summary>
    internal required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Columns of another type than the lake's: dropped and added, since their values are to be loaded again.</summary>
    internal required IReadOnlyList<HotColumn> Replaced { get; init; }

    /// <summary>Columns that the table lacks.</summary>
    internal required IReadOnlyList<HotColumn> Added { get; init; }

    /// <summary>Columns that somebody else added.</summary>
    internal required IReadOnlyList<string> Foreign { get; init; }

    /// <summary>Columns that hybrid made and somebody else dropped: what they held is gone on every day.</summary>
    internal required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Whether the other name of the symbol is to be added.</summary>
    internal required bool AddsSymbolAlias { get; init; }

    /// <summary>Whether the table is as it should be.</summary>
    internal bool IsNone => Dropped.Count + Replaced.Count + Added.Count + Foreign.Count == 0 && !AddsSymbolAlias;

    /// <summary>Columns whose values go: days that have some are to be loaded again.</summary>
    internal IReadOnlyList<string> Emptied => [.. Dropped, .. Replaced.Select(column => column.PostgresName)];

    /// <summary>Compares.</summary>
    /// <param name="layout">The columns that the table should have.</param>
    /// <param name="withSymbolAlias">Whether it should have the other name of the symbol.</param>
    /// <param name="definition">The columns that hybrid gave it last, as <see cref="HotLayout.Definition"/> wrote them.</param>
    /// <param name="found">The columns that it has.</param>
    internal static HotColumnChanges Find(HotLayout layout, bool withSymbolAlias, string definition, IReadOnlyList<CatalogColumn> found)
    {
        var made = HotLayout.ReadDefinition(definition);
        var present = found.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var wanted = layout.Columns.Select(column => column.PostgresName).ToHashSet(StringComparer.Ordinal);
        var missing = layout.Columns.Where(column => !present.ContainsKey(column.PostgresName)).ToList();
        var others = found.Where(column => !wanted.Contains(column.Name) && !(withSymbolAlias && IsAlias(column))).ToList();
        var shared = layout.Columns.Where(column => present.ContainsKey(column.PostgresName)).ToLookup(column => IsOurs(present[column.PostgresName]));
        return new HotColumnChanges
        {
            Dropped = [.. others.Where(IsOurs).Select(column => column.Name)],
            Replaced = [.. shared[true].Where(column => !IsSame(column))],
            Added = missing,
            Foreign = [.. others.Where(column => !IsOurs(column)).Select(column => column.Name), .. shared[false].Select(column => column.PostgresName)],
            Lost = [.. missing.Select(column => column.PostgresName).Where(made.ContainsKey)],
            AddsSymbolAlias = withSymbolAlias && !found.Any(IsAlias),
        };

        bool IsOurs(CatalogColumn column) => made.ContainsKey(column.Name) || IsAlias(column);

        bool IsSame(HotColumn column) =>
            present[column.PostgresName] == new CatalogColumn(column.PostgresName, column.CatalogType, IsGenerated: false)
            && made.GetValueOrDefault(column.PostgresName) == column.Type.ToSql();
    }

    /// <summary>Says what differs, in a sentence; empty when nothing does.</summary>
    internal string Describe()
    {
        var parts = new[]
        {
            ("lacks", Added.Select(column => column.PostgresName)),
            ("has what the lake no longer has:", Dropped),
            ("has with another type:", Replaced.Select(column => column.PostgresName)),
            ("has what somebody added:", Foreign),
            ("lacks", AddsSymbolAlias ? [Dataset.SymbolAlias] : []),
        };
        return string.Join("; ", parts.Where(part => part.Item2.Any()).Select(part => $"{part.Item1} {string.Join(", ", part.Item2)}"));
    }

    private static bool IsAlias(CatalogColumn column) => column is { Name: Dataset.SymbolAlias, IsGenerated: true };
}
