using HybridStore.Lake;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Buffered rows as a table, page by page.</summary>
internal sealed class PageSource(IReadOnlyList<RowPage> pages, FileColumns file) : IPartitionRows
{
    private int _next;

    public ParquetEncoding Encoding => pages.Any(page => page.HasSignedZero) ? ParquetEncoding.Plain : ParquetEncoding.Dictionaries;

    public IReadOnlyList<DuckDbColumn> Columns => file.Columns;

    public int Fill(DuckDbChunkWriter chunk)
    {
        if (_next == pages.Count) return 0;
        var page = pages[_next++];
        page.CopyTo(chunk);
        return page.RowCount;
    }
}
