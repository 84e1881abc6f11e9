namespace HybridStore.Hot;

/// <summary>Makes the leaf of a day that is not hot, and copies its rows.</summary>
/// <param name="work">Which.</param>
/// <param name="withSymbolAlias">Whether the leaf has the alias of the symbol.</param>
internal sealed class NewLeafWriter(LeafWork work, bool withSymbolAlias) : LeafWriter(work)
{
    /// <inheritdoc/>
    internal override async Task<SymbolTotals> FillAsync(IReadOnlyList<SymbolDay> days, Action<long> sent, CancellationToken cancellationToken)
    {
        var constants = LeafConstants.Of(Layout, Date, [.. days.Select(day => day.Symbol)]);
        await ExecuteAsync(HotTableSql.CreateLeaf(constants, Leaf, withSymbolAlias), cancellationToken).ConfigureAwait(false);
        var totals = await CopyAsync(days, constants, isNew: true, sent, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(HotTableSql.DropConstants(constants, Leaf), cancellationToken).ConfigureAwait(false);
        return totals;
    }

    /// <inheritdoc/>
    internal override Task AttachAsync(CancellationToken cancellationToken) => ExecuteAsync(HotTableSql.Attach(Layout.Table, Leaf, Date), cancellationToken);
}
