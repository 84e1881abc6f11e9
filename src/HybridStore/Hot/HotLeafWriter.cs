namespace HybridStore.Hot;

/// <summary>Replaces symbols of a day that is hot already, with row locks only.</summary>
/// <param name="work">Which.</param>
internal sealed class HotLeafWriter(LeafWork work) : LeafWriter(work)
{
    /// <inheritdoc/>
    internal override async Task<SymbolTotals> FillAsync(IReadOnlyList<SymbolDay> days, Action<long> sent, CancellationToken cancellationToken)
    {
        await ExecuteAsync(HotTableSql.DeleteSymbols(Layout, Leaf), cancellationToken, [days.Select(day => day.Symbol).ToArray()]).ConfigureAwait(false);
        return await CopyAsync(days, LeafConstants.None(Layout), isNew: false, sent, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    internal override Task AttachAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
