using System.Globalization;
using System.IO.Hashing;
using System.Text;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>A dataset's table in Postgres: its columns, and the names of what belongs to it.</summary>
/// <remarks>
/// The table has the dataset's columns in the dataset's order, so that <c>select *</c> gives the same in DuckDB and Postgres. Its leaves, one a
/// day, have them in an order that saves space; Postgres maps between the two.
/// </remarks>
internal sealed class HotLayout
{
    /// <summary>Derives the table.</summary>
    /// <param name="dataset">The dataset.</param>
    internal HotLayout(Dataset dataset)
    {
        Dataset = dataset;
        var own = dataset.Columns.Select(column => new HotColumn(column.Name, column.Type)).ToList();
        // The lake keeps the name for the partition date: a column of the dataset's own that has it is that very date.
        Columns = dataset.Find(Dataset.DateColumn) is null ? [.. own, new HotColumn(Dataset.DateColumn, new ColumnType(ColumnKind.Date))] : own;
        LeafColumns = [.. Columns.OrderBy(column => column.LeafRank)];
        NeedsSymbolAlias = dataset.Find(Dataset.SymbolAlias) is null;
    }

    /// <summary>The dataset.</summary>
    internal Dataset Dataset { get; }

    /// <summary>The table's name.</summary>
    internal string Table => Dataset.Name;

    /// <summary>The table's columns, in order; without the alias of the symbol.</summary>
    internal IReadOnlyList<HotColumn> Columns { get; }

    /// <summary>The same columns in the order of a leaf, of the COPY, and of the rows' hashes.</summary>
    internal IReadOnlyList<HotColumn> LeafColumns { get; }

    /// <summary>Which of <see cref="LeafColumns"/> holds the symbol, from 0.</summary>
    internal int LeafSymbolIndex => LeafColumns.Index().First(column => column.Item.Name == Dataset.SymbolColumn).Index;

    /// <summary>Whether <c>symbol</c> is offered as another name of the symbol column.</summary>
    internal bool NeedsSymbolAlias { get; }

    /// <summary>The columns as text, to notice when the dataset has others than the table.</summary>
    internal string Definition => string.Join('\n', Columns.Select(column => $"{column.Name}\t{column.Type}"));

    /// <summary>The names (in Postgres) and types of a <see cref="Definition"/>.</summary>
    internal static Dictionary<string, string> ReadDefinition(string definition) =>
        definition.Split('\n').Select(line => line.Split('\t')).ToDictionary(parts => PostgresNames.Cut(parts[0]), parts => parts[1], StringComparer.Ordinal);

    /// <summary>The name of a day's table.</summary>
    /// <param name="date">The day.</param>
    internal string Leaf(DateOnly date) => Leaf(Table, date);

    /// <summary>The name of a table that looks like a day's, and is no day's: there is no year 0.</summary>
    internal string TrialLeaf => Short($"{Table}_00000000");

    /// <summary>The name of a day's table of a table that is partitioned by day.</summary>
    internal static string Leaf(string table, DateOnly date) => Short(string.Create(CultureInfo.InvariantCulture, $"{table}_{date:yyyyMMdd}"));

    /// <summary>The name of a leaf's index.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="kind">What it is on.</param>
    internal static string Index(string leaf, LeafIndex kind) => Short(kind switch
    {
        LeafIndex.SymbolTime => $"{leaf}_symbol_time_idx",
        LeafIndex.Time => $"{leaf}_time_idx",
        _ => $"{leaf}_brin_idx",
    });

    /// <summary>The name of an index of the user's own on a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="own">Its statement.</param>
    /// <param name="place">Which of the statements it is, from 1.</param>
    internal string Index(string leaf, OwnIndex own, int place) => Short(own.Name is { } name
        ? name.Replace(OwnIndex.Leaf, leaf, StringComparison.OrdinalIgnoreCase).Replace(OwnIndex.Table, Table, StringComparison.OrdinalIgnoreCase)
        : $"{leaf}_own{place}_idx");

    /// <summary>Postgres cuts longer names off, which would make the names of two days one.</summary>
    private static string Short(string name)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        return bytes <= PostgresNames.BytesMax ? name : $"hot_{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name)):x16}_{name[^Math.Min(name.Length, 24)..]}";
    }
}
