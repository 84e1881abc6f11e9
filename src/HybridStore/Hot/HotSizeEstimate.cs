using HybridStore.Lake;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>How many bytes rows will take in Postgres, from the columns' types and a look at the texts of a few files.</summary>
/// <param name="snapshot">The lake.</param>
/// <param name="layout">The table.</param>
/// <param name="database">Reads files.</param>
internal sealed class HotSizeEstimate(LakeSnapshot snapshot, HotLayout layout, DuckDbDatabase database)
{
    private const int FilesMax = 3;

    /// <summary>A row's header with its null bits, and its pointer in the page.</summary>
    private const double RowBytes = 28;

    /// <summary>An index entry's header and pointer; a page is filled to nine tenths.</summary>
    private const double IndexEntryBytes = 12;
    private const double IndexFill = 0.9;

    /// <summary>A number of groups of four digits, with its header: prices have two or three groups.</summary>
    private const double NumericBytes = 9;

    /// <summary>Bytes of a row with its index entry, on average.</summary>
    /// <param name="days">What will be loaded; not empty.</param>
    /// <param name="index">The index.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal double BytesOfRow(IReadOnlyList<SymbolDay> days, HotIndex index, CancellationToken cancellationToken)
    {
        var texts = TextBytes([.. days.OrderByDescending(day => day.RowCount).SelectMany(day => day.Files).Distinct().Take(FilesMax)], cancellationToken);
        var heap = RowBytes + Round8(layout.LeafColumns.Sum(BytesOf));
        if (index == HotIndex.None || index == HotIndex.Brin) return heap;
        var hasSymbol = index.Own.Count > 0 || days.Select(day => day.Symbol).Distinct(StringComparer.Ordinal).Skip(1).Any();
        var key = 8 + (hasSymbol ? Round8(BytesOf(layout.LeafColumns[layout.LeafSymbolIndex])) : 0);
        var byTime = index == HotIndex.BtreeAndTime && hasSymbol ? IndexEntryBytes + 8 : 0;
        return heap + (Math.Max(1, index.Own.Count) * (IndexEntryBytes + key) + byTime) / IndexFill;

        double BytesOf(HotColumn column) => column.Type.Kind switch
        {
            ColumnKind.Boolean => 1,
            ColumnKind.Date => 4,
            ColumnKind.Decimal => NumericBytes,
            ColumnKind.Varchar or ColumnKind.List or ColumnKind.Struct => 1 + texts[column.Name],
            _ => 8,
        };
    }

    private static double Round8(double bytes) => Math.Ceiling(bytes / 8) * 8;

    private Dictionary<string, double> TextBytes(List<DataFile> files, CancellationToken cancellationToken)
    {
        var columns = layout.LeafColumns.Where(column => column.Type.Kind == ColumnKind.Varchar || column.Type.IsNested).ToList();
        using var connection = database.Connect();
        using var result = connection.Query(HotLakeSql.TextBytes(layout.Dataset, RowSource.Of(snapshot, files, connection, cancellationToken), columns), cancellationToken);
        result.Read();
        return columns.Index().ToDictionary(column => column.Item.Name, column => result.Chunk.Column(column.Index).Values<double>()[0]);
    }
}
