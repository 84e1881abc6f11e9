using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>The rows of one partition that wait in memory, in the order in which they came.</summary>
internal sealed class PartitionBuffer(PartitionKey key, RowLayout layout)
{
    /// <summary>A partition of few rows stays small: pages grow from this to a full chunk.</summary>
    private const int FirstPageRows = 64;

    private readonly List<RowPage> _pages = [];

    internal PartitionKey Key { get; } = key;

    /// <summary>Memory of all pages.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Rows waiting.</summary>
    internal long RowCount { get; private set; }

    /// <summary>Finds room for the next rows.</summary>
    /// <param name="count">How many rows are wanted.</param>
    /// <param name="page">Where they go.</param>
    /// <param name="row">The first of them there.</param>
    /// <returns>How many fit, 1 to <paramref name="count"/>; they count as added.</returns>
    internal int Reserve(int count, out RowPage page, out int row)
    {
        page = _pages is [.., var last] && last.RowCount < last.Capacity ? last : AddPage(count);
        row = page.RowCount;
        var taken = Math.Min(count, page.Capacity - row);
        page.RowCount += taken;
        RowCount += taken;
        return taken;
    }

    /// <summary>The memory that the pages' long texts have taken since the last call counts too.</summary>
    internal void Recount() => Bytes = _pages.Sum(page => page.Bytes);

    /// <summary>The rows as a table; reading it frees nothing.</summary>
    internal IDuckDbRowSource Rows() => new PageSource(_pages, layout.Columns);

    /// <summary>Forgets the rows, once they are written.</summary>
    internal void Clear()
    {
        _pages.Clear();
        RowCount = 0;
        Bytes = 0;
    }

    private RowPage AddPage(int count)
    {
        var wanted = Math.Max(count, _pages is [.., var last] ? last.Capacity * 2 : FirstPageRows);
        var page = new RowPage(layout, Math.Min(wanted, DuckDbChunkWriter.RowsMax));
        _pages.Add(page);
        Bytes += page.Bytes;
        return page;
    }

    private sealed class PageSource(List<RowPage> pages, IReadOnlyList<DuckDbColumn> columns) : IDuckDbRowSource
    {
        private int _next;

        public IReadOnlyList<DuckDbColumn> Columns => columns;

        public int Fill(DuckDbChunkWriter chunk)
        {
            if (_next == pages.Count) return 0;
            var page = pages[_next++];
            page.CopyTo(chunk);
            return page.RowCount;
        }
    }
}
