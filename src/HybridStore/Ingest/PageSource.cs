using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Buffered rows as a table, page by page.</summary>
internal sealed class PageSource(IReadOnlyList<RowPage> pages, FileColumns file) : IDuckDbRowSource
{
    private int _next;

    public IReadOnlyList<DuckDbColumn> Columns => file.Columns;

    public int Fill(DuckDbChunkWriter chunk)
    {
        if (_next == pages.Count) return 0;
        var page = pages[_next++];
        page.CopyTo(chunk);
        return page.RowCount;
    }
}
