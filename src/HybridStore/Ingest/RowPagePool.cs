using System.Collections.Concurrent;

namespace HybridStore.Ingest;

/// <summary>Pages that were written and wait for other rows of the same dataset: held rows then take no more memory than their limit, and leave the collector nothing to clear up.</summary>
/// <remarks>Thread-safe. Pages are told apart by the widths of their columns: a dataset has one type for each, and a text may be a number.</remarks>
internal sealed class RowPagePool
{
    private readonly ConcurrentDictionary<(string Widths, int Capacity), ConcurrentBag<RowPage>> _free = [];

    /// <summary>An empty page.</summary>
    /// <param name="layout">How its rows lie.</param>
    /// <param name="rowCapacity">Rows that fit, up to 2,048.</param>
    internal RowPage Rent(RowLayout layout, int rowCapacity) =>
        _free.TryGetValue((layout.Widths, rowCapacity), out var pages) && pages.TryTake(out var page) ? page : new RowPage(layout, rowCapacity);

    /// <summary>Takes a page back.</summary>
    internal void Return(RowLayout layout, RowPage page)
    {
        page.Clear();
        _free.GetOrAdd((layout.Widths, page.Capacity), _ => []).Add(page);
    }
}
