using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>The rows of one symbol and partition that wait in memory, in the order in which they came.</summary>
internal sealed class PartitionBuffer(RowPagePool pool, RowLayout layout)
{
    /// <summary>A symbol of few rows stays small: pages grow from this to a full chunk.</summary>
    private const int FirstPageRows = 32;

    private readonly List<RowPage> _pages = [];

    /// <summary>The rows, page by page.</summary>
    internal IReadOnlyList<RowPage> Pages => _pages;

    /// <summary>What is known of their order.</summary>
    internal RowOrder Order { get; } = new();

    /// <summary>Memory of all pages.</summary>
    internal long Bytes => _pages.Sum(page => page.Bytes);

    /// <summary>Finds a place for the next row.</summary>
    /// <param name="timeUs">The row's time.</param>
    /// <param name="place">The row in the page.</param>
    /// <returns>The page.</returns>
    internal RowPage Add(long timeUs, out int place)
    {
        Order.Add(timeUs);
        var page = _pages is [.., var last] && last.RowCount < last.Capacity ? last : AddPage();
        place = page.RowCount++;
        return page;
    }

    private RowPage AddPage()
    {
        var rows = _pages is [.., var last] ? last.Capacity * 2 : FirstPageRows;
        var page = pool.Rent(layout, Math.Min(rows, DuckDbChunkWriter.RowsMax));
        _pages.Add(page);
        return page;
    }
}
